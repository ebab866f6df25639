// Asks, and draws what is told at the place that the address names; the other files say how.
const POLL_MS = 2000, SAY_MS = 10000, ACTIVE_S = 600, FIRST_TALKS = 10;
const base = location.pathname.replace(/\/+$/, "");
const main = document.getElementById("main"), stateLine = document.getElementById("state");
const pauseButton = document.getElementById("pause");
const tags = new Map();
let range = "day", paused = false, timer = 0, turn = 0, shown = "", saidAt = 0, wraps = true, showsAll = false, drawn = null, drawnAt = 0;

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
