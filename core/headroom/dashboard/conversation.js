// One conversation, and one block of it, side by side.
const FORMS = {
  raw: ["as it came", "dim"], lossless: ["nothing left out", "good"], lossy: ["parts left out", "warn"],
  audited: ["audited only", "dim"], retrieved: ["asked for again", "dim"]};
const formTag = form => el("span", {class: "tag " + (FORMS[form] || FORMS.raw)[1]}, (FORMS[form] || FORMS.raw)[0]);
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
      card("Read from the cache", pct(talk.hit_percent), times(talk.losses, "turn") + " missed some"),
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
