// Labels and sentences of the frame. English is the reference; a missing language falls back to it.

const ENGLISH = {
  card: "Card",
  sepa_debit: "Bank debit",
  number: "Card number",
  expiry: "Expiration date",
  cvc: "Security code",
  country: "Country",
  postal_code: "Postal code",
  iban: "IBAN",
  name: "Full name",
  email: "Email",
  expiry_placeholder: "MM / YY",
  pretend: "Pretend Stripe – test cards only",
  fill: "Fill in a test card",
  mandate:
    "By paying you let this shop debit your account, and your bank follow its order. You can ask " +
    "for a refund from your bank within eight weeks. (Nothing is debited here.)",
  incomplete_number: "Your card number is incomplete.",
  invalid_number: "Your card number is invalid.",
  incomplete_expiry: "Your card's expiration date is incomplete.",
  invalid_expiry_month: "Your card's expiration date is invalid.",
  invalid_expiry_month_past: "Your card's expiration date is in the past.",
  invalid_expiry_year: "Your card's expiration year is invalid.",
  invalid_expiry_year_past: "Your card's expiration year is in the past.",
  incomplete_cvc: "Your card's security code is incomplete.",
  incomplete_zip: "Your postal code is incomplete.",
  incomplete_iban: "Your IBAN is incomplete.",
  invalid_iban: "Your IBAN is invalid.",
  incomplete_name: "Please provide your full name.",
  incomplete_email: "Your email is incomplete.",
  invalid_email: "Your email is invalid.",
  incomplete_payment_details: "Please choose a payment method.",
};
const GERMAN = {
  card: "Karte",
  sepa_debit: "Lastschrift",
  number: "Kartennummer",
  expiry: "Ablaufdatum",
  cvc: "Prüfziffer",
  country: "Land",
  postal_code: "Postleitzahl",
  name: "Vollständiger Name",
  email: "E-Mail-Adresse",
  expiry_placeholder: "MM / JJ",
  pretend: "Nachgebautes Stripe – nur Testkarten",
  fill: "Testkarte eintragen",
  mandate:
    "Mit der Zahlung erlauben Sie diesem Shop, Ihr Konto zu belasten, und Ihrer Bank, dem Auftrag zu " +
    "folgen. Binnen acht Wochen können Sie die Erstattung verlangen. (Hier wird nichts abgebucht.)",
  incomplete_number: "Ihre Kartennummer ist unvollständig.",
  invalid_number: "Ihre Kartennummer ist ungültig.",
  incomplete_expiry: "Das Ablaufdatum Ihrer Karte ist unvollständig.",
  invalid_expiry_month: "Das Ablaufdatum Ihrer Karte ist ungültig.",
  invalid_expiry_month_past: "Das Ablaufdatum Ihrer Karte liegt in der Vergangenheit.",
  invalid_expiry_year: "Das Ablaufjahr Ihrer Karte ist ungültig.",
  invalid_expiry_year_past: "Das Ablaufjahr Ihrer Karte liegt in der Vergangenheit.",
  incomplete_cvc: "Die Prüfziffer Ihrer Karte ist unvollständig.",
  incomplete_zip: "Ihre Postleitzahl ist unvollständig.",
  incomplete_iban: "Ihre IBAN ist unvollständig.",
  invalid_iban: "Ihre IBAN ist ungültig.",
  incomplete_name: "Bitte geben Sie Ihren vollständigen Namen an.",
  incomplete_email: "Ihre E-Mail-Adresse ist unvollständig.",
  invalid_email: "Ihre E-Mail-Adresse ist ungültig.",
  incomplete_payment_details: "Bitte wählen Sie eine Zahlungsart.",
};
const FRENCH = {
  card: "Carte",
  sepa_debit: "Prélèvement",
  number: "Numéro de carte",
  expiry: "Date d'expiration",
  cvc: "Code de sécurité",
  country: "Pays",
  postal_code: "Code postal",
  name: "Nom complet",
  email: "E-mail",
  expiry_placeholder: "MM / AA",
  pretend: "Imitation de Stripe – cartes de test uniquement",
  fill: "Remplir une carte de test",
  mandate:
    "En payant, vous autorisez cette boutique à débiter votre compte et votre banque à suivre cet ordre. " +
    "Vous pouvez demander un remboursement sous huit semaines. (Rien n'est débité ici.)",
  incomplete_number: "Le numéro de votre carte est incomplet.",
  invalid_number: "Le numéro de votre carte n'est pas valide.",
  incomplete_expiry: "La date d'expiration de votre carte est incomplète.",
  invalid_expiry_month: "La date d'expiration de votre carte n'est pas valide.",
  invalid_expiry_month_past: "La date d'expiration de votre carte est passée.",
  invalid_expiry_year: "L'année d'expiration de votre carte n'est pas valide.",
  invalid_expiry_year_past: "L'année d'expiration de votre carte est passée.",
  incomplete_cvc: "Le code de sécurité de votre carte est incomplet.",
  incomplete_zip: "Votre code postal est incomplet.",
  incomplete_iban: "Votre IBAN est incomplet.",
  invalid_iban: "Votre IBAN n'est pas valide.",
  incomplete_name: "Veuillez indiquer votre nom complet.",
  incomplete_email: "Votre e-mail est incomplet.",
  invalid_email: "Votre e-mail n'est pas valide.",
  incomplete_payment_details: "Veuillez choisir un moyen de paiement.",
};

let words = ENGLISH;

export function chooseLanguage(locale) {
  const wanted = !locale || locale === "auto" ? navigator.language : locale;
  const language = wanted.slice(0, 2);
  words = { ...ENGLISH, ...{ de: GERMAN, fr: FRENCH }[language] };
  document.documentElement.lang = ["de", "fr"].includes(language) ? language : "en";
}

export const sentence = (key) => words[key] ?? ENGLISH[key];

export function translate(form) {
  for (const element of form.querySelectorAll("[data-word]")) {
    element.textContent = sentence(element.dataset.word);
  }
  form.elements.expiry.placeholder = sentence("expiry_placeholder");
  form.elements.testData.dataset.prompt = sentence("fill");
  form.elements.testData.setAttribute("aria-label", sentence("fill"));
}
