/** Functions that a test runs within a page: they know the page only, and nothing of this file. */

/** A part by its title, a control by its id, anything else by its text. */
export function nameOfFocus() {
  const focused = document.activeElement;
  const part = focused?.querySelector('.part-title')?.textContent;
  return part ?? (focused?.id || focused?.textContent?.trim() || '');
}

/** What a screen reader could not name. */
export function findNameless() {
  const isNamed = (element) =>
    (element.getAttribute('aria-label') ?? '') !== '' ||
    (document.getElementById(element.getAttribute('aria-labelledby') ?? '')?.textContent ?? '') !== '' ||
    (element.labels?.length ?? 0) > 0 ||
    (element.tagName === 'BUTTON' && element.textContent !== '');
  const controls = 'button, input, select, textarea, [role=button], section, svg[role], ol.scroll';
  const wrong = [
    ...[...document.querySelectorAll(controls)].filter((element) => !isNamed(element)),
    ...[...document.querySelectorAll('table')].filter((table) => table.caption === null),
    ...[...document.querySelectorAll('th')].filter((cell) => cell.scope === ''),
  ];
  const isHeard = (element) => element.closest('[aria-hidden=true]') === null;
  return wrong.filter(isHeard).map((element) => `${element.tagName} ${element.id} ${element.className}`);
}

export const widthsOf = () => [document.documentElement.scrollWidth, window.innerWidth];

export const backgroundOf = () => getComputedStyle(document.body).backgroundColor;

/** Below the header, which stays at the top. */
export const scrollThere = (element) => scrollTo(0, element.getBoundingClientRect().top + scrollY - 64);
