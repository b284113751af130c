// Countries by the names that the browser knows in the chosen language.

const CODES =
  "AD AE AF AG AI AL AM AO AR AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW " +
  "BY BZ CA CD CF CG CH CI CK CL CM CN CO CR CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ " +
  "FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IQ IS " +
  "IT JE JM JO JP KE KG KH KI KM KN KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG " +
  "MK ML MM MN MO MQ MR MS MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NZ OM PA PE PF PG PH PK " +
  "PL PM PN PR PS PT PY QA RE RO RS RU RW SA SB SC SE SG SI SJ SK SL SM SN SO SR SS ST SV SX SZ TC " +
  "TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VN VU WF WS XK YE YT ZA ZM ZW";

export const usesPostalCode = (country) => ["US", "CA", "GB", "PR"].includes(country);

const WITHOUT_POSTAL_CODE = (
  "AE AG AO AW BF BI BJ BO BQ BS BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GQ GY HK JM KI " +
  "KM KN LC ML MO MR MW NR NU QA RW SB SC SL SR SX SY TD TG TK TL TO TT TV TZ UG VU YE ZW"
).split(" ");
const POSTAL_WORDS = { US: "zip", PR: "zip", GB: "postcode", AU: "postcode", NZ: "postcode" };
const STATE_WORDS = {
  US: "state", AU: "state", BR: "state", IN: "state", MX: "state", MY: "state",
  CA: "province", CN: "province", ES: "province", IT: "province", AR: "province",
  IE: "county", JP: "prefecture",
};

// How an address is written there: the words for its postal code and its state, or none.
export function shapeOf(country) {
  const postal = WITHOUT_POSTAL_CODE.includes(country) ? null : (POSTAL_WORDS[country] ?? "postal_code");
  return { postal, state: STATE_WORDS[country] ?? null };
}

export function countryOptions(language, allowed) {
  const names = new Intl.DisplayNames([language, "en"], { type: "region" });
  const home = new Intl.Locale(navigator.language).maximize().region;
  return (allowed ?? CODES.split(" "))
    .map((code) => ({ code, name: names.of(code) }))
    .sort((a, b) => a.name.localeCompare(b.name, language))
    .map(({ code, name }) => new Option(name, code, code === home, code === home));
}
