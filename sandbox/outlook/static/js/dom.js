// Building elements. Text is always set as text, never as markup.

export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key in made && typeof value !== "string") made[key] = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return made;
}

// A calendar's colour reaches the style sheet as a property: the page's policy allows no style attributes.
export function tinted(element, color) {
  element.style.setProperty("--calendar", color);
  return element;
}

export const byId = (id) => document.getElementById(id);

const SVG = "http://www.w3.org/2000/svg";

// Drawn for this page on a 20 by 20 grid, as strokes.
const SHAPES = {
  menu: "M3 5.500h14M3 10h14M3 14.500h14",
  add: "M10 4v12M4 10h12",
  previous: "M12 4.500 6.500 10l5.500 5.500",
  next: "M8 4.500 13.500 10 8 15.500",
  up: "M5 12.500 10 7.500l5 5",
  down: "M5 7.500l5 5 5-5",
  close: "M5 5l10 10M15 5 5 15",
  check: "M4.500 10.500 8.500 14.500 15.500 6",
  lock: "M5.500 9h9v7h-9zM7 9V6.500a3 3 0 0 1 6 0V9",
  series: "M4 9.500a6 6 0 0 1 10.500-3.500L16 7.500M16 4v3.500h-3.500M16 10.500a6 6 0 0 1-10.500 3.500L4 12.500M4 16v-3.500h3.500",
  exception: "M4 9.500a6 6 0 0 1 10.500-3.500L16 7.500M16 4v3.500h-3.500M16 10.500a6 6 0 0 1-10.500 3.500L4 12.500M4 16v-3.500h3.500M4 3l12 14",
  people: "M10 4.500a2.750 2.750 0 1 1-.010 5.500A2.750 2.750 0 0 1 10 4.500M4.500 16.500c.500-3 2.500-4.500 5.500-4.500s5 1.500 5.500 4.500",
  place: "M10 17.500c3.500-3.700 5-6.300 5-8.500a5 5 0 0 0-10 0c0 2.200 1.500 4.800 5 8.500zM10 7.300a1.800 1.800 0 1 1-.010 3.600 1.800 1.800 0 0 1 .010-3.600",
  video: "M3 6h9v8H3zM12 9l5-2.500v7L12 11",
  note: "M5 3.500h10v13H5zM7.500 7h5M7.500 10h5M7.500 13h3",
  clock: "M10 3.500a6.500 6.500 0 1 1-.010 13 6.500 6.500 0 0 1 .010-13M10 6.500V10l2.500 2",
  calendar: "M3.500 5.500h13v11h-13zM3.500 8.500h13M7 3.500v3M13 3.500v3",
  edit: "M4 16l.700-3.300L13 4.400l2.600 2.600-8.300 8.300z",
  bin: "M4.500 6h11M8 6V4h4v2M6 6l.800 10.500h6.400L14 6M8.500 9v4.500M11.500 9v4.500",
  warning: "M10 3.500 17.500 16.500h-15zM10 8v4M10 14v.500",
  unread: "M10 3.500a6.500 6.500 0 1 1-.010 13 6.500 6.500 0 0 1 .010-13M8 8a2 2 0 1 1 2.600 1.900c-.400.200-.600.500-.600 1.100M10 13.300v.400",
};

export function icon(name, label = "") {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else {
    svg.setAttribute("aria-hidden", "true");
  }
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}
