// Opens the page for reviewers in a browser: `node page.mjs CUICHA BROWSER [FOLDER]`. Screenshots and the printed page are left
// in FOLDER, if one is named. Ends with 1 when something is wrong.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Browser } from "./devtools.mjs";

const [cuicha, program, kept] = process.argv.slice(2);
// Findings that the page must show, and milliseconds until it is loaded, on the clock of the page itself.
const FINDINGS = 2000;
const LOADED = Number(process.env.CUICHA_PAGE_MS ?? 2000);
const BYTES = 8 << 20;
const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(2)>'\`</style></script><svg onload=alert(3)>`;

const folder = mkdtempSync(join(tmpdir(), "cuicha-page-"));
const done = [];
const step = (what) => done.push(what);

// Calls of four weeks with two findings each, by several collectors; ids and words that try to break out.
function input() {
  const lines = [];
  for (let n = 0; n < 1100; n++) {
    const day = String(1 + n % 24).padStart(2, "0");
    const hour = String(8 + n % 13).padStart(2, "0");
    const minute = String(n % 60).padStart(2, "0");
    const turn = (speaker, text) => ({ speaker, text });
    lines.push(JSON.stringify({
      call_id: n % 100 === 7 ? `K${n}${HOSTILE}` : `K${n}`, borrower_id: `B${n % 37}${n % 37 === 5 ? HOSTILE : ""}`,
      collector_id: `C${n % 7}${n % 7 === 3 ? HOSTILE : ""}`, agency: `甲催收公司${n % 3}${n % 3 === 2 ? HOSTILE : ""}`,
      callee_role: "borrower", connected: true, start: `2026-03-${day}T${hour}:${minute}:00+08:00`,
      end: `2026-03-${day}T${hour}:${minute}:50+08:00`,
      turns: [
        turn("collector", `您好，请问是您本人吗？${n % 50 === 1 ? HOSTILE : ""}`), turn("borrower", "是我，你说。"),
        turn("collector", "再不还就打断你的腿，信不信？"), turn("borrower", `你怎么骂人。${n % 50 === 2 ? HOSTILE : ""}`),
        turn("collector", "你这个骗子，弄死你。"),
      ],
    }));
  }
  writeFileSync(join(folder, `calls ${HOSTILE.replaceAll("/", "_")}.jsonl`), lines.join("\n"));
  let log = "call_id,borrower_id,callee_number,callee_role,start,duration_s,connected\n";
  for (let n = 0; n < 600; n++) {
    const time = `2026-03-${String(1 + n % 24).padStart(2, "0")}T${String(n % 24).padStart(2, "0")}:${String(n % 60).padStart(2, "0")}:30+08:00`;
    log += `D${n},B${n % 11},1200000${String(n % 90).padStart(4, "0")},${n % 4 ? "borrower" : "contact"},${time},${n % 3 ? 0 : 40},${n % 3 === 0}\n`;
  }
  writeFileSync(join(folder, "log.csv"), log);
}

function report(lang, extra = []) {
  const file = join(folder, `${lang}.html`);
  const run = spawnSync(cuicha, ["scan", ".", "--calls", "log.csv", "--format", "html", "--lang", lang, "--output", file, ...extra],
    { cwd: folder, encoding: "utf8" });
  assert.equal(run.status, 1, `cuicha scan ends with ${run.status}: ${run.stderr}`);
  return file;
}

function keep(name, bytes) {
  if (!kept) return;
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, name), bytes);
}

// Nothing went wrong and nothing but the file itself was asked for.
function clean(page, url) {
  assert.deepEqual(page.faults, [], "the console of the page");
  assert.deepEqual(page.requests.filter((r) => r !== url), [], "requests of the page");
}

const set = (page, id, value, event) => page.value(
  `(() => { const field = document.getElementById(${JSON.stringify(id)}); field.value = ${JSON.stringify(value)};
    field.dispatchEvent(new Event(${JSON.stringify(event)})); return new Promise((r) => setTimeout(r, 300)); })()`);
const count = (page, selector) => page.value(`document.querySelectorAll(${JSON.stringify(selector)}).length`);
const SHOWN = ".call:not([hidden]) .card:not([hidden])";

async function loads(page, url) {
  const times = [];
  do {
    await page.open(url);
    await page.value("new Promise((r) => requestAnimationFrame(() => setTimeout(r)))");
    const time = await page.value("performance.getEntriesByType('navigation')[0].loadEventEnd");
    assert.ok(time > 0, "the page does not tell when it was loaded");
    times.push(Math.round(time));
  } while (Math.min(...times) > LOADED && times.length < 3);
  assert.ok(Math.min(...times) <= LOADED, `loaded after ${times} ms, at most ${LOADED}`);
  clean(page, url);
  const cards = await count(page, ".card");
  assert.ok(cards >= FINDINGS - 2, `${cards} findings are shown`);
  assert.equal(await count(page, "img, iframe, object, embed, link, form, [onload], [onerror], script + script"), 0, "injected");
  assert.ok(await page.value("document.body.textContent.includes('<img src=x onerror=alert(2)>')"), "the canary is not shown");
  step(`${cards} findings loaded in ${Math.min(...times)} ms, without error or request`);
}

async function filters(page) {
  const all = await count(page, SHOWN);
  assert.equal(await page.value("document.getElementById('filter').hidden"), false, "the filter is not shown");
  const groups = await page.value("Array.from(document.querySelectorAll('#f-group option'), (o) => o.value).filter(Boolean)");
  let sum = 0;
  for (const group of groups) {
    await set(page, "f-group", group, "change");
    const shown = await count(page, SHOWN);
    assert.ok(shown > 0 && shown < all, `group ${group}: ${shown} of ${all}`);
    assert.equal(await count(page, `.card[data-group="${group}"]`), shown);
    sum += shown;
  }
  assert.equal(sum, all, "each finding belongs to one group");
  await set(page, "f-group", "", "change");
  await set(page, "f-text", "K42", "input");
  const ids = await page.value("Array.from(document.querySelectorAll('.call:not([hidden]) h3'), (h) => h.textContent)");
  assert.ok(ids.length > 0 && ids.every((id) => id.includes("K42")), `search: ${ids}`);
  await set(page, "f-text", "no such words", "input");
  assert.equal(await count(page, SHOWN), 0);
  assert.match(await page.value("document.getElementById('f-count').textContent"), /^0 \/ /);
  await set(page, "f-text", "", "input");
  await set(page, "f-sort", "start", "change");
  const starts = await page.value("Array.from(document.querySelectorAll('.call'), (c) => c.dataset.start)");
  assert.deepEqual(starts, [...starts].sort(), "sorted by time");
  await set(page, "f-sort", "grave", "change");
  const order = await page.value("Array.from(document.querySelectorAll('.call'), (c) => Number(c.id.slice(1)))");
  assert.ok(order.every((id, at) => at === 0 || order[at - 1] < id), "back in the order of the page");
  assert.equal(await count(page, SHOWN), all, "all are shown again");
  step("the filter and the order work");
}

async function tables(page) {
  for (const column of await page.value("Array.from(document.querySelectorAll('table.sort')[0].tHead.rows[0].cells, (_, at) => at)")) {
    const cells = await page.value(`(() => { const table = document.querySelectorAll("table.sort")[0];
      table.tHead.rows[0].cells[${column}].querySelector("button").click();
      return Array.from(table.tBodies[0].rows, (row) => row.cells[${column}].dataset.n ?? row.cells[${column}].textContent); })()`);
    const numbers = cells.every((c) => c.trim() !== "" && !Number.isNaN(Number(c)));
    const sorted = [...cells].sort(numbers ? (a, b) => a - b : (a, b) => a.localeCompare(b));
    assert.deepEqual(cells, sorted, `column ${column}`);
  }
  step("a click on a column sorts the table");
}

// The least contrast of text against what lies behind it.
const CONTRAST = `(() => {
  const light = (c) => { const [r, g, b] = c.map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const behind = (node) => { for (let n = node; n; n = n.parentElement) { const c = parse(getComputedStyle(n).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
  let worst = [99, ""];
  for (const s of ["body", "h1", "h3", ".quiet", ".who", ".badge.violation", ".badge.review", ".badge.grave", "mark", "blockquote", "code", "dt",
    ".tile.violation b", ".tile.review b", ".tile.pass b", ".warning", "th", ".beside"]) {
    for (const n of [...document.querySelectorAll(s)].slice(0, 3)) {
      const [a, b] = [light(parse(getComputedStyle(n).color).slice(0, 3)), light(behind(n))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < worst[0]) worst = [ratio, s];
    }
  }
  return worst; })()`;

async function looks(page, url) {
  for (const scheme of ["light", "dark"]) {
    await page.scheme(scheme);
    await page.size(1280, 1600);
    const [ratio, where] = await page.value(CONTRAST);
    assert.ok(ratio >= 4.2, `${scheme}: ${where} has a contrast of ${ratio.toFixed(2)}`);
    const ground = await page.value("getComputedStyle(document.body).backgroundColor");
    const dark = ground.match(/\d+/g).slice(0, 3).every((v) => v < 60);
    assert.equal(dark, scheme === "dark", ground);
    await page.value("scrollTo(0, 0)");
    keep(`1280-${scheme}.png`, await page.screenshot());
    for (const part of ["found", "counts", "timelines"]) {
      await page.value(`document.getElementById("${part}").scrollIntoView()`);
      keep(`1280-${scheme}-${part}.png`, await page.screenshot());
    }
  }
  const hint = "getComputedStyle(document.querySelector('.swipe')).display";
  assert.equal(await page.value(hint), "none", "nothing need be swiped here");
  await page.scheme("light");
  await page.size(390, 844, true);
  assert.equal(await page.value(hint), "block", "what is wider than the phone does not say so");
  const hidden = await page.value("(() => { const w = document.querySelector('.week').parentElement; return w.scrollWidth > w.clientWidth; })()");
  assert.ok(hidden, "the week fits, and its hint is idle");
  await page.value("scrollTo(0, 0)");
  const wide = await page.value("document.documentElement.scrollWidth");
  assert.ok(wide <= 390, `${wide} pixels wide on a phone`);
  keep("390.png", await page.screenshot());
  for (const part of ["found", "timelines"]) {
    await page.value(`document.getElementById("${part}").scrollIntoView()`);
    keep(`390-${part}.png`, await page.screenshot());
  }
  clean(page, url);
  step("light and dark are readable, and nothing is cut off on a phone");
}

async function prints(page, url) {
  await page.open(url);
  await page.scheme("light", "print");
  for (const s of [".call > h3", ".call > .who", ".party > h3", ".party > .who", ".card > h4", "section > h2"]) {
    const broken = await page.value(`getComputedStyle(document.querySelector(${JSON.stringify(s)})).breakAfter`);
    assert.equal(broken, "avoid", `${s} may stand alone at the foot of a page`);
  }
  await page.scheme("light");
  const pdf = await page.pdf();
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  const pages = (pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length;
  assert.ok(pages > 1, `${pages} printed pages`);
  keep("print.pdf", pdf);
  clean(page, url);
  step(`prints on ${pages} pages`);
}

async function withoutScript(page, url) {
  await page.send("Emulation.setScriptExecutionDisabled", { value: true });
  await page.open(url);
  await page.send("DOM.enable");
  const { root } = await page.send("DOM.getDocument", { depth: 0 });
  const all = async (selector) => (await page.send("DOM.querySelectorAll", { nodeId: root.nodeId, selector })).nodeIds.length;
  assert.ok(await all(".card") >= FINDINGS - 2 && await all("#filter[hidden]") === 1 && await all("th button") === 0);
  clean(page, url);
  await page.send("Emulation.setScriptExecutionDisabled", { value: false });
  step("without a script everything is there, and no control that needs one");
}

let browser;
try {
  input();
  browser = await Browser.start(program);
  const page = await browser.page();
  await page.size(1280, 1600);
  for (const lang of ["zh", "en"]) {
    const file = report(lang);
    assert.ok(statSync(file).size <= BYTES, `${lang}: ${statSync(file).size} bytes`);
    const url = pathToFileURL(file).href;
    await loads(page, url);
    assert.equal(await page.value("document.documentElement.lang"), lang === "en" ? "en" : "zh-CN");
    if (lang === "en") break;
    await filters(page);
    await tables(page);
    await page.open(url);
    await looks(page, url);
    await prints(page, url);
    await withoutScript(page, url);
    await page.size(1280, 1600);
  }
  for (const what of done) console.log(`ok  ${what}`);
} catch (error) {
  for (const what of done) console.log(`ok  ${what}`);
  console.error(`FAILED  ${error.stack}`);
  process.exitCode = 1;
} finally {
  await browser?.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${done.length} passed, ${process.exitCode ? 1 : 0} failed`);
