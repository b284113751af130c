"""What an operator can type: `flask staff`, `seed`, `worker`, `jobs`, `dry-run`."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from app import inbox, sign_in
from app.db import reading
from app.errors import ShopError
from app.jobs import outbox, schedule
from app.models import Job, JobState, StaffRole

ROLES = [role.value for role in StaffRole]

staff = AppGroup("staff", help="People who may use the back office.")


def init_app(app: Flask) -> None:
    for command in (staff, jobs, worker, dry_run, seed):
        app.cli.add_command(command)


@staff.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), default="support")
@click.option("--password", help="Without one, they choose it by /account/reset.")
def add_staff(email: str, role: str, password: str | None) -> None:
    """Give EMAIL a role in the back office."""
    user = sign_in.add_staff(email, role=role, password=password or "")
    click.echo(f"{user.email} is {role} now.")


@click.group("jobs", cls=AppGroup, invoke_without_command=True)
@click.pass_context
@with_appcontext
def jobs(context: click.Context) -> None:
    """List what recurs, what waits and what failed."""
    if context.invoked_subcommand:
        return
    for name, every in schedule.recurring().items():
        click.echo(f"{name:40} every {every}  last run {_last_run(name) or 'never'}")
    with reading() as session:
        unfinished = select(Job).where(Job.state != JobState.DONE).order_by(Job.id)
        for job in session.scalars(unfinished.limit(200)):
            click.echo(f"{job.id:>8} {job.state:8} {job.name} {job.arguments} {job.error}")


@jobs.command("retry")
@click.argument("job_id", type=int)
def retry_job(job_id: int) -> None:
    """Try a failed job again from the start."""
    try:
        outbox.restart(job_id)
    except NoResultFound as error:
        raise click.ClickException(f"there is no job {job_id}") from error
    click.echo(f"Job {job_id} waits for its turn.")


@click.command()
@click.option("--workers", default=4, show_default=True)
@with_appcontext
def worker(workers: int) -> None:
    """Run jobs until stopped with SIGTERM or SIGINT. Needs JOB_ENGINE=redis://…"""
    engine = current_app.extensions["jobs"]
    if engine.in_process:
        raise click.ClickException("JOB_ENGINE=thread runs jobs inside the web process already.")
    engine.consume(workers=workers)


@click.command("dry-run")
@click.argument("event_id")
@with_appcontext
def dry_run(event_id: str) -> None:
    """Show what replaying an event would change."""
    for change in inbox.dry_run(event_id):
        click.echo(f"{change.row}: {change.field} {change.before} → {change.after}")


@click.command()
@with_appcontext
def seed() -> None:
    """Fill an empty shop with the demo: goods, people, ninety days of orders."""
    from app.demo import seed as demo  # nothing else in the shop needs it

    try:
        demo.fill(click.echo)
    except ShopError as error:
        raise click.ClickException(str(error)) from error


def _last_run(name: str) -> str:
    with reading() as session:
        runs = select(Job.finished_at).where(Job.name == name, Job.finished_at.is_not(None))
        last = session.scalar(runs.order_by(Job.id.desc()).limit(1))
    return last.isoformat(timespec="seconds") if last else ""
