"""What becomes of a subscription that staff cancel, in whichever state it is."""

from app.admin.cells import money
from app.admin.dates import words as moment_words
from app.models import Subscription, SubscriptionStatus
from app.services import subscription_ending
from app.services.subscription_ending import Ending

S = SubscriptionStatus


def lines(row: Subscription) -> list[str]:
    ending = subscription_ending.of(row)
    back = "To pay something back, refund its last payment." if ending.was_paid else ""
    revoked = ", and its license is revoked" if ending.has_license else ""
    found = [
        f"When its period runs out: {_runs_out(row, ending)}",
        f"Now: it ends at this moment{revoked}. {back}".strip(),
    ]
    if ending.owed_amount:
        owed = money(ending.owed_amount, row.currency)
        found.append(f"{owed} is open and stays owed. Void its invoice if they need not pay it.")
    if ending.credit_amount:
        credit = money(ending.credit_amount, row.currency)
        found.append(f"{credit} of credit at Stripe is not paid out: it pays what comes next.")
    return found


def _runs_out(row: Subscription, ending: Ending) -> str:
    end = moment_words(ending.ends_at) if ending.ends_at else "then"
    if row.status == S.PAUSED:
        return f"it stays paused until {end}, and nothing is charged."
    if not ending.late:
        stays = "it and its license stay" if ending.has_license else "it stays"
        return f"{stays} until {end}, and nothing more is charged."
    if not ending.has_license:
        return f"it ends {end}."
    if ending.works_until is None:
        return f"it ends {end}. Its license stays suspended unless what is open is paid."
    works = moment_words(ending.works_until)
    return f"it ends {end}. Its license works until {works}, longer only if what is open is paid."
