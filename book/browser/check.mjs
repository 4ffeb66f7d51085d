// The built book in a real headless Chromium: node check.mjs <folder of the built book> [folder for screenshots]
//
// Every page loads without console errors, fits 360 px, and has no serious
// accessibility finding in a light and in a dark theme; search finds a word;
// pictures stay readable when the theme changes; answers open by keyboard.
import { createServer } from "node:http";
import { readFile, readdir, mkdtemp, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

const root = path.resolve(process.argv[2] ?? "target/book");
const shots = process.argv[3];
const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(browserPath)) {
  console.log(`skipped: no Chromium at ${browserPath} (apt-get install chromium, or set CHROMIUM)`);
  process.exit(0);
}
const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const kinds = {
  ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
  ".json": "application/json", ".woff2": "font/woff2", ".png": "image/png",
};
const server = createServer(async (request, response) => {
  const name = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  const file = path.join(root, name.endsWith("/") ? `${name}index.html` : name);
  try {
    const body = await readFile(file);
    response.writeHead(200, { "content-type": kinds[path.extname(file)] ?? "application/octet-stream" });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const base = `http://127.0.0.1:${server.address().port}/`;

const profile = await mkdtemp(path.join(tmpdir(), "book-browser-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: browserPath,
  headless: true,
  viewport: { width: 1200, height: 900 },
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
// A busy machine takes its time; a page that never loads is noticed all the same.
context.setDefaultTimeout(120_000);
const faults = [];
const page = await context.newPage();
let here = "";
page.on("console", (message) => {
  if (message.type() === "error") faults.push(`${here}: console: ${message.text()} ${message.location().url}`);
});
page.on("pageerror", (error) => faults.push(`${here}: ${error.message}`));

const setTheme = async (theme) => {
  await page.evaluate((name) => localStorage.setItem("mdbook-theme", name), theme);
  await page.reload({ waitUntil: "load" });
};

const axe = async (what, rules) => {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  const result = await page.evaluate(
    (only) => window.axe.run(document, { resultTypes: ["violations"], ...(only ? { runOnly: { type: "rule", values: only } } : {}) }),
    rules,
  );
  for (const violation of result.violations) {
    if (violation.impact === "serious" || violation.impact === "critical") {
      const nodes = violation.nodes.slice(0, 3).map((node) => node.target.join(" ")).join("; ");
      faults.push(`${what}: axe ${violation.impact}: ${violation.id} (${violation.nodes.length}×): ${nodes}`);
    }
  }
};

const only = process.env.PAGES;
const pages = (await readdir(root)).filter((name) => name.endsWith(".html") && !["404.html", "toc.html", "print.html"].includes(name) && (!only || only.split(",").includes(name)));
let links = 0;
const ids = new Map();
const targets = [];
for (const name of pages.sort()) {
  here = name;
  await page.setViewportSize({ width: 1200, height: 900 });
  await page.goto(base + name, { waitUntil: "load" });
  if (name === "index.html") continue; // the same page as the introduction, checked below
  const found = await page.evaluate(() => ({
    ids: [...document.querySelectorAll("[id]")].map((e) => e.id),
    links: [...document.querySelectorAll("main a[href]")].map((a) => a.getAttribute("href")),
    details: document.querySelectorAll("main details").length,
  }));
  ids.set(name, new Set(found.ids));
  for (const link of found.links) targets.push([name, link]);
  for (const theme of ["light", "navy"]) {
    if (theme !== "light") await setTheme(theme);
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    // What a theme can change is colours.
    await axe(`${name} (${theme})`, theme === "light" ? undefined : ["color-contrast"]);
    if (shots) await page.screenshot({ path: path.join(shots, `${name}.${theme}.png`), fullPage: true });
  }
  if (found.details > 0) {
    await page.goto(base + name, { waitUntil: "load" });
    const opened = await page.evaluate(() => document.querySelector("main details").open);
    if (opened) faults.push(`${name}: an answer is open before anybody asked`);
    await page.locator("main details > summary").first().focus();
    await page.keyboard.press("Enter");
    if (!(await page.evaluate(() => document.querySelector("main details").open))) {
      faults.push(`${name}: the first answer does not open by keyboard`);
    }
  }
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(base + name, { waitUntil: "load" });
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
  await page.waitForTimeout(150);
  const wide = await page.evaluate(() => {
    const limit = document.documentElement.clientWidth;
    if (document.scrollingElement.scrollWidth <= limit) return null;
    const culprits = [...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > limit + 1);
    return culprits.slice(0, 3).map((e) => `${e.tagName}.${e.className}`).join(", ") || "outside of main";
  });
  if (wide) faults.push(`${name}: wider than 360 px: ${wide}`);
  if (shots) await page.screenshot({ path: path.join(shots, `${name}.360.png`) });
  await page.evaluate(() => localStorage.setItem("mdbook-theme", "light"));
}
for (const [name, link] of targets) {
  if (/^[a-z]+:/.test(link)) continue;
  links += 1;
  const [file, id] = link.split("#");
  const target = file === "" ? name : file.replace(/^\.\//, "");
  if (!ids.has(target) && target !== "index.html") faults.push(`${name}: link to ${link}: no such page`);
  else if (id && ids.has(target) && !ids.get(target).has(decodeURIComponent(id))) faults.push(`${name}: link to ${link}: no such heading`);
}

// Search.
here = "search";
await page.setViewportSize({ width: 1200, height: 900 });
await page.goto(base + "what_unsafe_means.html", { waitUntil: "load" });
await page.keyboard.press("/");
await page.locator("#mdbook-searchbar, #searchbar").first().pressSequentially("provenance");
const results = page.locator("#mdbook-searchresults li, #searchresults li");
await results.first().waitFor({ timeout: 10000 }).catch(() => {});
const hits = await results.count();
if (hits === 0) faults.push("search for `provenance` finds nothing");

// Theme switch by the buttons of the page; pictures keep a readable contrast.
const luminance = ([r, g, b]) => {
  const f = [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2];
};
here = "themes";
await page.goto(base + "layout_allocation.html", { waitUntil: "load" });
let pictures = 0;
for (const theme of ["light", "rust", "coal", "navy", "ayu"]) {
  await page.evaluate((name) => {
    const find = (id) => document.getElementById(`mdbook-${id}`) ?? document.getElementById(id);
    find("theme-toggle").click();
    find(`theme-${name}`).click();
  }, theme);
  if (!(await page.evaluate((name) => document.documentElement.classList.contains(name), theme))) {
    faults.push(`theme ${theme}: the button does not switch`);
  }
  await page.waitForTimeout(400);
  const colours = await page.evaluate(() => {
    const numbers = (text) => text.match(/[\d.]+/g).slice(0, 3).map(Number);
    const picture = document.querySelector("svg.picture text");
    return picture && {
      ink: numbers(getComputedStyle(picture).fill),
      paper: numbers(getComputedStyle(document.documentElement).backgroundColor),
      body: numbers(getComputedStyle(document.body).backgroundColor),
    };
  });
  if (!colours) {
    faults.push(`theme ${theme}: no picture`);
    continue;
  }
  const [a, b] = [luminance(colours.ink), luminance(colours.paper)].sort((x, y) => y - x);
  const contrast = (a + 0.05) / (b + 0.05);
  pictures += 1;
  if (contrast < 4.5) faults.push(`theme ${theme}: contrast of pictures is ${contrast.toFixed(1)}, less than 4.5`);
}

await context.close();
server.close();
await rm(profile, { recursive: true, force: true });
for (const fault of faults) console.log(`FAULT ${fault}`);
console.log(`${pages.length} pages, ${links} links, ${hits} search results, ${pictures} themes: ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
