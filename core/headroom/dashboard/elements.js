// What pages are made of: text goes in as text, never as markup.
function el(name, set, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(set || {}))
    if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  made.append(...children.flat().filter(child => child !== null && child !== undefined));
  return made;
}
function svg(name, set, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(set || {})) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
const fill = (...parts) => main.replaceChildren(...parts.filter(part => part !== null && part !== undefined));
const whole = new Intl.NumberFormat("en"), n = value => whole.format(value);
const pct = value => value === null ? "–" : value.toFixed(1) + " %";
function usd(value) {
  if (value === null) return "–";
  const size = Math.abs(value), text = size.toFixed(size >= 1 || size < 5e-5 ? 2 : size >= .01 ? 3 : 4);
  return (value < 0 && Number(text) ? "−$" : "$") + text;
}
const clock = t => new Date(t * 1000).toLocaleString([], 
  {month: "short", day: "numeric", hour: "numeric", minute: "2-digit"});
function ago(t) {
  const s = Math.max(0, Date.now() / 1000 - t);
  return s < 90 ? "just now" : s < 5400 ? Math.round(s / 60) + " min ago" : s < 129600 ? Math.round(s / 3600) + " h ago" : clock(t);
}
const times = (count, one, many) => n(count) + " " + (count === 1 ? one : many || one + "s");
const tail = path => path.split(/[\\/]/).filter(Boolean).pop() || path || "–";
function table(caption, heads, rows) {
  // Roles are said again: on narrow screens the style lays rows out as blocks, which would take them away.
  const numeric = heads.map(head => head.startsWith("#"));
  const names = heads.map(head => head.replace(/^#/, ""));
  return el("table", {class: "stack", role: "table"},
    el("caption", {class: "hidden"}, caption),
    el("thead", {role: "rowgroup"}, el("tr", {role: "row"}, names.map((name, i) =>
      el("th", {scope: "col", role: "columnheader", class: numeric[i] && "num"}, name)))),
    el("tbody", {role: "rowgroup"}, rows.map(cells => el("tr", {role: "row"}, cells.map((cell, i) => i
      ? el("td", {role: "cell", "data-head": names[i], class: numeric[i] && "num"}, cell)
      : el("th", {scope: "row", role: "rowheader", "data-head": names[i]}, cell))))));
}
const card = (name, value, more, tone) => el("div", null, el("dt", null, name), el("dd", {class: tone}, value),
  more ? el("dd", {class: "more"}, more) : null);
const section = (title, ...parts) => {
  const id = "h-" + title.toLowerCase().replace(/[^a-z]+/g, "-");
  return el("section", {"aria-labelledby": id}, el("h2", {id}, title), ...parts);
};
const opened = new Set();
function details(key, title, fill) {
  const made = el("details", {"data-key": key, open: opened.has(key)}, el("summary", null, title));
  if (opened.has(key)) made.append(fill());
  made.addEventListener("toggle", () => {
    if (made.open === opened.has(key)) return;
    if (made.open) { opened.add(key); made.append(fill()); }
    else { opened.delete(key); made.lastChild.remove(); }
  });
  return made;
}
function keepFocus(change) {
  // What is drawn anew every two seconds must not take the keyboard's place away.
  const at = document.activeElement, id = at && at.id, key = at && at.matches("summary") && at.parentNode.dataset.key;
  change();
  const again = key ? [...document.querySelectorAll("details")].find(it => it.dataset.key === key)?.firstChild
    : id && document.getElementById(id);
  if (again && again !== document.activeElement) again.focus({preventScroll: true});
}

function crumbs(...items) {
  return el("nav", {"aria-label": "You are here"}, el("ol", null, items.map(([text, href]) =>
    el("li", null, href ? el("a", {href}, text) : el("span", {"aria-current": "page"}, text)))));
}
const heading = text => el("h2", {id: "title", tabindex: "-1"}, text);
