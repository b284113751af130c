// Countries whose addresses name a state from a known list: code and name.

const US =
  "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|" +
  "DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|" +
  "KS Kansas|KY Kentucky|LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|" +
  "MN Minnesota|MS Mississippi|MO Missouri|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|" +
  "NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|" +
  "OR Oregon|PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|" +
  "TX Texas|UT Utah|VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming";
const CA =
  "AB Alberta|BC British Columbia|MB Manitoba|NB New Brunswick|NL Newfoundland and Labrador|" +
  "NT Northwest Territories|NS Nova Scotia|NU Nunavut|ON Ontario|PE Prince Edward Island|QC Quebec|" +
  "SK Saskatchewan|YT Yukon";
const AU =
  "ACT Australian Capital Territory|NSW New South Wales|NT Northern Territory|QLD Queensland|" +
  "SA South Australia|TAS Tasmania|VIC Victoria|WA Western Australia";
const LISTS = { US, CA, AU };

export function stateOptions(country, prompt) {
  if (!LISTS[country]) return null;
  const states = LISTS[country].split("|").map((line) => line.split(/ (.*)/));
  return [new Option(prompt, ""), ...states.map(([code, name]) => new Option(name, code))];
}
