// Countries by name instead of by code.

const names = new Intl.DisplayNames([document.documentElement.lang], { type: "region" });
for (const option of document.querySelectorAll("[data-countries] option[value]:not([value=''])")) {
  option.textContent = names.of(option.value);
}
