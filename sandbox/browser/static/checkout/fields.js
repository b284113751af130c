// The fields of the form: what is missing, what was typed, and the complaint beside the right one.

const MISSING = "Please fill this in.";

export class Fields {
  constructor(form) {
    this.form = form;
    this.problem = document.getElementById("problem");
    form.addEventListener("input", ({ target }) => this.say(target, ""));
  }

  get inputs() {
    const every = [...this.form.querySelectorAll("input[name], select[name]")];
    return every.filter((input) => !input.closest("[hidden]") && input.name !== "method");
  }

  // Whether everything needed is there; if not, each field says so and the first is gone to.
  check() {
    const wrong = this.inputs.filter((input) => !input.checkValidity());
    for (const input of wrong) this.say(input, complaint(input));
    wrong[0]?.focus();
    return wrong.length === 0;
  }

  collect() {
    const told = {};
    for (const input of this.inputs) {
      const counts = !["radio", "checkbox"].includes(input.type) || input.checked;
      if (counts && input.value.trim()) told[input.name] = input.value.trim();
    }
    if (!told["tax_id[value]"]) delete told["tax_id[type]"];
    return told;
  }

  value(name) {
    return this.form.elements[name]?.value.trim() || undefined;
  }

  clear() {
    this.problem.textContent = "";
    for (const input of this.inputs) this.say(input, "");
  }

  complain({ param, message, code }) {
    const input = param && this.find(param);
    if (!input) {
      this.problem.textContent = message;
      this.problem.scrollIntoView({ block: "nearest" });
      return;
    }
    this.say(input, code === "parameter_missing" ? MISSING : message);
    input.focus();
  }

  find(param) {
    return this.inputs.find(({ name }) => name === param || name.startsWith(`${param}[`));
  }

  say(input, text) {
    const place = document.getElementById(input.getAttribute("aria-describedby"));
    if (!place) return;
    place.textContent = text;
    input.setAttribute("aria-invalid", String(Boolean(text)));
  }
}

function complaint({ validity, type }) {
  if (validity.valueMissing) return type === "checkbox" ? "Please agree to go on." : MISSING;
  if (type === "email") return "This email address is not complete.";
  return "Please check this.";
}
