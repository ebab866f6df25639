// The overview: what was saved, the conversations, the cache, the tools.
function chart(title, steps, value, classOf, top, tell, extent) {
  const width = 10 * steps.length, low = Math.min(0, ...steps.map(s => value(s) || 0));
  const high = top || Math.max(1, ...steps.map(s => value(s) || 0)), scale = 100 / (high - low);
  const zero = high * scale;
  const bars = steps.map((step, i) => {
    const it = value(step);
    if (it === null || (!it && !step.requests)) return svg("g");
    const height = Math.max(Math.abs(it) * scale, 1.5);
    return svg("rect", {class: classOf(step), x: i * 10 + 1, width: 8, y: it < 0 ? zero : zero - height, height},
      svg("title", null, `${clock(step.t)}: ${tell(step)}`));
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
const RANGES = {day: "last 24 hours", week: "last 7 days", month: "last 30 days"};
function sentence(data) {
  const it = data.total;
  if (!it.requests) return "No requests in the " + RANGES[data.range] + ".";
  const money = it.usd === null ? "" : it.usd < 0 ? usd(-it.usd) + " more and " : usd(it.usd) + " and ";
  const word = (it.usd === null ? it.saved : it.usd) < 0 ? "Cost " : "Saved ";
  return `${word}≈ ${money}${n(it.saved)} tokens (${pct(it.saved_percent)}) net in the ${RANGES[data.range]}.`;
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
      `${talk.agent} in ${tail(talk.project)} `, el("small", null, talk.id.split(".").pop().slice(0, 6))), " ", active ? el("span", {class: "tag good"}, "active") : null,
      talk.mode && talk.mode !== "optimize" ? el("span", {class: "tag warn"}, talk.mode) : null,
      talk.alone || talk.held_out ? el("span", {class: "tag dim"}, talk.alone ? "left alone" : "held out") : null),
    talk.model || "–", ago(talk.last), n(talk.requests), `${n(talk.shortened)} of ${n(talk.blocks)}`,
    money(talk), pct(talk.hit_percent)];
}
function talks(data) {
  const all = data.conversations, shownTalks = showsAll ? all : all.slice(0, FIRST_TALKS), rest = all.length - FIRST_TALKS;
  if (!all.length) return [el("p", null, "None in this time. ", el("code", null, "headroom wrap claude"), " begins one.")];
  const button = rest > 0 ? el("button", {type: "button", id: "all-talks", "aria-expanded": String(showsAll)},
    showsAll ? `Show the latest ${FIRST_TALKS} only` : `Show ${n(rest)} more`) : null;
  button?.addEventListener("click", () => { showsAll = !showsAll; drawn = null; look(); });
  return [
    table("Conversations, the latest first", ["Conversation", "Model", "Latest", "#Requests", "#Shortened", "#Tokens saved, net", "#From cache"], shownTalks.map(talkRow)),
    button, data.more ? el("p", {class: "dim"}, `${n(data.more)} older ones are not listed.`) : null];
}
function missed(losses) {
  const sum = key => losses.reduce((all, loss) => all + (loss.avoidable ? loss[key] || 0 : 0), 0), turns = sum("times"), cost = sum("usd");
  return el("p", {class: turns ? "warn" : null}, turns
    ? `${times(turns, "turn")} missed ${n(sum("tokens"))} tokens that might have been read${cost ? `, ${usd(cost)} dearer` : ""}.`
    : "No turn missed what it might have read.");
}
const money = it => el("span", {class: (it.usd ?? it.saved) < 0 || it.saved < 0 ? "bad" : null}, n(it.saved) + (it.usd === null ? "" : ` (${usd(it.usd)})`));
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
      card("Requests", n(it.requests), it.added_ms === null ? "" : `${it.added_ms} ms added (median)`),
      card("Originals asked for", n(it.asked_again), it.missing ? times(it.missing, "was gone", "were gone") : it.asked_again ? "all were found" : "", it.missing ? "warn" : null)),
    it.would_save ? el("p", null, it.would_save < 0
      ? `Audit mode: ${n(-it.would_save)} tokens more would have been used besides.`
      : `Audit mode: ${n(it.would_save)} tokens would have been saved besides.`) : null,
    it.unpriced.length ? el("p", {class: "dim"}, `No price is known for ${it.unpriced.join(", ")}: in tokens only.`) : null,
    ...it.troubles.map(trouble => el("p", {class: "warn"}, `${n(trouble.times)} ${trouble.said}` +
      (trouble.examples.length ? ` (${trouble.examples.join("; ")})` : ""))),
    section("Conversations", ...talks(data)),
    section("Over time", el("div", {class: "two"},
      chart("Input read from the cache", data.steps, s => s.hit_percent, () => "hit", 100, s => pct(s.hit_percent), "0 to 100 %"),
      chart("Tokens saved, net", data.steps, s => s.saved, s => s.saved < 0 ? "lost" : "saved", 0, s => n(s.saved),
        "most: " + n(Math.max(0, ...data.steps.map(s => s.saved)))))),
    section("Prompt cache",
      it.requests ? missed(data.losses) : el("p", null, "Nothing to tell yet."),
      data.losses.length ? table("What the prompt cache missed, by cause", ["Cause", "#Turns", "#Tokens", "#Extra cost", "What helps"],
        data.losses.map(loss => [loss.cause, n(loss.times), n(loss.tokens), usd(loss.usd), loss.do])) : null,
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
