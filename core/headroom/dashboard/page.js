"use strict";
(() => {
const POLL_MS = 2000, SAY_MS = 10000, ACTIVE_S = 600;
const base = location.pathname.replace(/\/+$/, "");
const main = document.getElementById("main"), stateLine = document.getElementById("state");
const pauseButton = document.getElementById("pause");
const tags = new Map();
let range = "day", paused = false, timer = 0, turn = 0, shown = "", saidAt = 0, wraps = true, drawn = null, drawnAt = 0;

// --- building: text goes in as text, never as markup ---
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
  const size = Math.abs(value), digits = size >= 1 || !size ? 2 : size >= .01 ? 3 : 4;
  return (value < 0 ? "−$" : "$") + size.toFixed(digits);
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

// --- asking: an answer that has not changed costs 304 and no work ---
async function ask(path) {
  const known = tags.get(path);
  const answer = await fetch(base + "/" + path, {
    headers: known ? {"If-None-Match": known.tag} : {}, cache: "no-store", credentials: "omit", redirect: "error"});
  if (answer.status === 304 && known) return known.data;
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error((await answer.text()).trim() || "status " + answer.status);
  const data = await answer.json();
  tags.clear();
  tags.set(path, {tag: answer.headers.get("ETag"), data});
  return data;
}

// --- the overview ---
function chart(title, steps, value, classOf, top, tell, extent) {
  const width = 10 * steps.length, low = Math.min(0, ...steps.map(s => value(s) || 0));
  const high = top || Math.max(1, ...steps.map(s => value(s) || 0)), scale = 100 / (high - low);
  const zero = high * scale;
  const bars = steps.map((step, i) => {
    const it = value(step);
    if (it === null || (!it && !step.requests)) return svg("g");
    const height = Math.max(Math.abs(it) * scale, 1.5);
    return svg("rect", {class: classOf(step), x: i * 10 + 1, width: 8, y: it < 0 ? zero : zero - height, height});
  });
  const picture = svg("svg", {viewBox: `0 0 ${width} 102`, preserveAspectRatio: "none", "aria-hidden": "true"},
    ...bars, svg("line", {class: "axis", x1: 0, x2: width, y1: zero, y2: zero, "vector-effect": "non-scaling-stroke"}));
  const busy = steps.filter(step => value(step) !== null && step.requests);
  return el("figure", {class: "pane"}, el("figcaption", null, title, " ", el("span", {class: "dim"}, extent)), picture,
    el("div", {class: "ends", "aria-hidden": "true"}, el("span", null, clock(steps[0].t)), el("span", null, "now")),
    details(title, "The same as a table", () => busy.length
      ? table(title, ["From", "#Requests", "#" + title], busy.map(step => [clock(step.t), n(step.requests), tell(step)]).reverse())
      : el("p", null, "No requests in this time.")));
}
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
const RANGES = {day: "last 24 hours", week: "last 7 days", month: "last 30 days"};
function sentence(data) {
  const it = data.total;
  if (!it.requests) return "No requests in the " + RANGES[data.range] + ".";
  const money = it.usd === null ? "" : it.usd < 0 ? usd(-it.usd) + " more and " : usd(it.usd) + " and ";
  const word = (it.usd === null ? it.saved : it.usd) < 0 ? "Cost " : "Saved ";
  return `${word}${money}${n(it.saved)} tokens (${pct(it.saved_percent)}) net in the ${RANGES[data.range]}.`;
}
function ranges() {
  return el("fieldset", {id: "ranges"}, el("legend", null, "Show the"), Object.keys(RANGES).map(name => {
    const input = el("input", {type: "radio", name: "range", value: name, id: "range-" + name, checked: name === range});
    input.addEventListener("change", () => { range = name; saidAt = 0; look(); });
    return el("label", null, input, RANGES[name]);
  }));
}
function talkRow(talk) {
  const active = !talk.ended && Date.now() / 1000 - talk.last < ACTIVE_S;
  return [
    el("span", null, el("a", {href: "#/c/" + encodeURIComponent(talk.id), id: "talk-" + talk.id},
      `${talk.agent} in ${tail(talk.project)}`), " ", active ? el("span", {class: "tag good"}, "active") : null,
      talk.mode && talk.mode !== "optimize" ? el("span", {class: "tag warn"}, talk.mode) : null,
      talk.alone || talk.held_out ? el("span", {class: "tag dim"}, talk.alone ? "left alone" : "held out") : null),
    talk.model || "–", ago(talk.last), n(talk.requests), `${n(talk.shortened)} of ${n(talk.blocks)}`,
    money(talk), pct(talk.hit_percent)];
}
const money = it => el("span", {class: it.saved < 0 ? "bad" : null}, n(it.saved) + (it.usd === null ? "" : ` (${usd(it.usd)})`));
function overview(data) {
  // Drawn anew only for news, or for the times that it tells: who has marked a text keeps the mark.
  if (data === drawn && document.getElementById("overview") && Date.now() - drawnAt < SAY_MS) return;
  [drawn, drawnAt] = [data, Date.now()];
  const it = data.total, tone = value => value < 0 ? "bad" : value > 0 ? "good" : null;
  const parts = [
    el("dl", {class: "cards"},
      card("Money saved, net", usd(it.usd), it.usd === null ? "no price is known" : `${pct(it.usd_percent)}; paid ${usd(it.usd_paid)}`, tone(it.usd)),
      card("Tokens saved, net", n(it.saved), `${pct(it.saved_percent)} of ${n(it.without)}`, tone(it.saved)),
      card("Read from the cache", pct(it.hit_percent), "of the input tokens"),
      card("Requests", n(it.requests), it.added_ms === null ? "" : `${it.added_ms} ms added to each`),
      card("Originals asked for", n(it.asked_again), it.asked_again ? times(it.missing, "was gone", "were gone") : "", it.missing ? "warn" : null)),
    it.would_save ? el("p", null, it.would_save < 0
      ? `Audit mode: ${n(-it.would_save)} tokens more would have been used besides.`
      : `Audit mode: ${n(it.would_save)} tokens would have been saved besides.`) : null,
    it.unpriced.length ? el("p", {class: "dim"}, `No price is known for ${it.unpriced.join(", ")}: in tokens only.`) : null,
    it.errors ? el("p", {class: "warn"}, `${times(it.errors, "failure")} of headroom’s, where the original went through: ` +
      it.error_kinds.map(kind => `${kind.what} (${kind.times})`).join("; ")) : null,
    section("Conversations", data.conversations.length
      ? table("Conversations, the latest first", ["Conversation", "Model", "Latest", "#Requests", "#Shortened", "#Tokens saved, net", "#From cache"], data.conversations.map(talkRow))
      : el("p", null, "None in this time. ", el("code", null, "headroom wrap claude"), " begins one."),
      data.more ? el("p", {class: "dim"}, `${n(data.more)} older ones are not listed.`) : null),
    section("Cache health", el("div", {class: "two"},
      chart("Input read from the cache", data.steps, s => s.hit_percent, () => "hit", 100, s => pct(s.hit_percent), "0 to 100 %"),
      chart("Tokens saved, net", data.steps, s => s.saved, s => s.saved < 0 ? "lost" : "saved", 0, s => n(s.saved),
        "most: " + n(Math.max(0, ...data.steps.map(s => s.saved))))),
      data.losses.length ? table("Cache losses by cause", ["Cause", "#Times", "#Tokens", "#Cost", "What to do"],
        data.losses.map(loss => [loss.cause, n(loss.times), n(loss.tokens), usd(loss.usd), loss.do]))
        : el("p", null, it.requests ? "No cache was lost that could have been read." : "Nothing to tell yet."),
      it.left_alone ? el("p", {class: "warn"}, `${times(it.left_alone, "conversation")} had become dearer: nothing new is changed there any more.`) : null),
    data.tools.length ? section("By tool", table("Blocks by tool, each counted once",
      ["Tool", "#Blocks", "#Nothing left out", "#Parts left out", "#Their tokens before", "#Sent", "#Asked for again"],
      data.tools.map(t => [t.tool, n(t.seen), ...[t.lossless, t.lossy, t.before, t.after, t.retrieved].map(count => count ? n(count) : "–")]))) : null];
  let body = document.getElementById("overview");
  if (!body) {
    body = el("div", {id: "overview"});
    main.replaceChildren(el("h2", {id: "title", tabindex: "-1", class: "hidden"}, "Overview"), ranges(),
      el("p", {id: "lead", class: "lead", role: "status", "aria-live": "polite", "aria-atomic": "true"}), body);
  }
  keepFocus(() => body.replaceChildren(...parts.filter(Boolean)));
  const lead = document.getElementById("lead"), says = sentence(data);
  if (lead.textContent !== says && (!lead.textContent || Date.now() - saidAt >= SAY_MS)) { lead.textContent = says; saidAt = Date.now(); }
}
function keepFocus(change) {
  // What is drawn anew every two seconds must not take the keyboard's place away.
  const at = document.activeElement, id = at && at.id, key = at && at.matches("summary") && at.parentNode.dataset.key;
  change();
  const again = key ? [...document.querySelectorAll("details")].find(it => it.dataset.key === key)?.firstChild
    : id && document.getElementById(id);
  if (again && again !== document.activeElement) again.focus({preventScroll: true});
}

// --- one conversation, one block ---
const FORMS = {
  raw: ["as it came", "dim"], lossless: ["nothing left out", "good"], lossy: ["parts left out", "warn"],
  audited: ["audited only", "dim"], retrieved: ["asked for again", "dim"]};
const formTag = form => el("span", {class: "tag " + (FORMS[form] || FORMS.raw)[1]}, (FORMS[form] || FORMS.raw)[0]);
function crumbs(...items) {
  return el("nav", {"aria-label": "You are here"}, el("ol", null, items.map(([text, href]) =>
    el("li", null, href ? el("a", {href}, text) : el("span", {"aria-current": "page"}, text)))));
}
const heading = text => el("h2", {id: "title", tabindex: "-1"}, text);
function talkPage(talk, id) {
  if (talk === drawn && shown === location.hash.slice(1) && Date.now() - drawnAt < SAY_MS) return;
  [drawn, drawnAt] = [talk, Date.now()];
  const smaller = talk.before ? 100 * (1 - talk.after / talk.before) : null;
  const name = `${talk.agent} in ${tail(talk.project)}`;
  keepFocus(() => fill(crumbs(["Overview", "#/"], [name]), heading(name),
    el("p", {class: "dim"}, `${talk.project} · ${talk.model || "unknown model"} · began ${clock(talk.began)} · session ${talk.session}`),
    talk.alone ? el("p", {class: "warn"}, `Nothing new is changed in it any more: ${talk.alone}`) : null,
    talk.held_out ? el("p", null, "It is left alone, for others to be compared with.") : null,
    el("dl", {class: "cards"},
      card("Tokens saved, net", n(talk.saved), pct(talk.saved_percent), talk.saved < 0 ? "bad" : null),
      card("Money saved, net", usd(talk.usd), talk.usd_paid === null ? "" : `paid ${usd(talk.usd_paid)}`, talk.usd < 0 ? "bad" : null),
      card("Shortened blocks", `${n(talk.shortened)} of ${n(talk.blocks)}`, smaller === null ? "" : `${pct(smaller)} smaller`),
      card("Read from the cache", pct(talk.hit_percent), times(talk.losses, "loss", "losses")),
      card("Requests", n(talk.requests), "latest " + ago(talk.last))),
    section("Blocks, the latest first", talk.list.length
      ? table("Blocks, the latest first", ["Block", "#Request", "#Tokens before", "#Tokens sent", "Form", "By, or why not"], talk.list.map(block => [
        el("a", {href: `#/c/${encodeURIComponent(id)}/${block.number}`, id: "block-" + block.number}, `${block.number} ${block.tool}`),
        n(block.request), n(block.before), n(block.after), formTag(block.form), block.compressor || block.reason || "–"]))
      : el("p", null, "No tool results yet."),
    talk.hidden ? el("p", {class: "dim"}, `${n(talk.hidden)} older ones are not listed.`) : null)));
  document.title = name + " – headroom";
}
function pane(title, side, mark, counted) {
  if (!side) return null;
  const id = "pane-" + mark, label = `${title}: ${counted}`;
  return el("section", {class: "pane", "aria-labelledby": id}, el("h3", {id}, label),
    el("pre", {tabindex: "0", role: "region", "aria-label": title}, side.runs.map(([text, marked]) => marked ? el(mark, null, text) : text)),
    side.cut ? el("p", {class: "warn"}, `${n(side.cut)} more characters are not shown.`) : null);
}
function blockPage(block, id, count) {
  const link = (number, text) => el("a", {href: `#/c/${encodeURIComponent(id)}/${number}`}, text);
  const box = el("input", {type: "checkbox", id: "wraps", checked: wraps});
  const both = block.original && block.sent;
  const sides = el("div", {class: "sides" + (wraps ? " wrap" : "") + (both ? "" : " one")},
    pane("What came", block.original, "del", `${n(block.before)} tokens`),
    pane("What was sent", block.sent, "ins", `${n(block.after)} tokens`));
  box.addEventListener("change", () => { wraps = box.checked; sides.classList.toggle("wrap", wraps); });
  fill(crumbs(["Overview", "#/"], ["Conversation", "#/c/" + encodeURIComponent(id)], ["Block " + block.number]),
    heading(`Block ${block.number}: ${block.tool}`),
    el("p", null, formTag(block.form), ` ${n(block.before)} → ${n(block.after)} tokens, first in request ${n(block.request)}` +
      (block.compressor ? `, by ${block.compressor}` : "")),
    el("p", {id: "note"}, block.note),
    block.key ? el("p", {class: "dim"}, "All of it from any shell: ", el("code", null, "headroom retrieve " + block.key)) : null,
    el("div", {class: "row"},
      block.number > 1 ? link(block.number - 1, "← Block before") : null,
      block.number < count ? link(block.number + 1, "Next block →") : null,
      block.sent ? el("label", null, box, "Wrap long lines") : null,
      block.marked ? el("span", {class: "key"}, el("del", null, "left out, or put otherwise"), " ", el("ins", null, "written by headroom")) : null,
      both && !block.marked ? el("span", {class: "dim"}, "The form is another one, so lines are not matched.") : null),
    sides);
  document.title = `Block ${block.number} – headroom`;
}
function nothing(text) {
  fill(crumbs(["Overview", "#/"], ["Not there"]), heading("Not there"), el("p", null, text));
  document.title = "headroom";
}

// --- where we are, and when we look ---
async function draw(place) {
  const [, kind, id, number] = place.split("/");
  if (kind !== "c") {
    const data = await ask("live?range=" + range);
    return () => { overview(data); document.title = "headroom"; return data.waiting; };
  }
  const name = decodeURIComponent(id), query = "?id=" + encodeURIComponent(name);
  if (!number) {
    const talk = await ask("conversation" + query);
    return () => talk ? talkPage(talk, name) : nothing("This conversation is not known, or not any more.");
  }
  if (shown === place) return () => 0;  // a block does not change
  const [talk, block] = [await ask("conversation" + query), await ask(`block${query}&block=${encodeURIComponent(number)}`)];
  return () => block ? blockPage(block, name, talk ? talk.blocks : 0) : nothing("This block is not known, or not any more.");
}
function say(text, bad) {
  if (stateLine.textContent !== text) stateLine.textContent = text;
  stateLine.classList.toggle("bad", !!bad);
}
async function look() {
  clearTimeout(timer);
  const place = location.hash.startsWith("#/") ? location.hash.slice(1) : "/", mine = ++turn, isNew = place !== shown;
  try {
    const show = await draw(place);
    if (mine !== turn) return;
    const waiting = show();
    if (isNew) {
      const first = shown === "";
      shown = place;
      if (!first) { scrollTo({top: 0, behavior: "instant"}); document.getElementById("title")?.focus({preventScroll: true}); }
    }
    say(paused ? "Paused" : waiting ? `Live; reading older logs, ${n(Math.ceil(waiting / 1048576))} MB left` : "Live");
    if (waiting && !paused) { timer = setTimeout(look, 50); return; }
  } catch (error) {
    if (mine !== turn) return;
    say(error instanceof TypeError ? "Not connected: headroom does not answer. Trying again." : String(error.message || error), true);
  }
  if (!paused && !document.hidden) timer = setTimeout(look, POLL_MS);
}
pauseButton.addEventListener("click", () => {
  paused = !paused;
  pauseButton.setAttribute("aria-pressed", String(paused));
  if (paused) { clearTimeout(timer); say("Paused"); } else look();
});
document.addEventListener("visibilitychange", () => document.hidden ? clearTimeout(timer) : paused || look());
document.querySelector(".skip").addEventListener("click", event => { event.preventDefault(); main.focus(); });
addEventListener("hashchange", look);
look();
})();
