// A browser that is told by its standard input, a line of JSON for each order, what to do with the workbench, and answers so.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const [modules, profile, dark] = process.argv.slice(2);
const { chromium } = createRequire(`${modules}/`)("playwright-core");
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM,
  headless: true,
  viewport: { width: 1280, height: 800 },
  colorScheme: dark === "dark" ? "dark" : "light",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const page = context.pages()[0] ?? (await context.newPage());

const orders = {
  goto: (url) => page.goto(url),
  press: (keys) => page.keyboard.press(keys),
  type: (text, delay) => page.keyboard.type(text, { delay }),
  insert: (text) => page.keyboard.insertText(text),
  click: (selector) => page.click(selector),
  wait: (selector, timeout, state) => page.waitForSelector(selector, { timeout, state }).then(() => null),
  texts: (selector) => page.$$eval(selector, (found) => found.map((one) => one.textContent)),
  attributes: (selector, name) => page.$$eval(selector, (found, name) => found.map((one) => one.getAttribute(name)), name),
  frames: async (selector) => {
    const found = [];
    for (const frame of page.frames()) for (const one of await frame.$$(selector)) found.push(await one.textContent());
    return found;
  },
  screenshot: (path) => page.screenshot({ path }).then(() => null),
  sleep: (milliseconds) => page.waitForTimeout(milliseconds),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [order, ...args] = JSON.parse(line);
  let answer;
  try {
    answer = { result: (await orders[order](...args)) ?? null };
  } catch (error) {
    answer = { error: String(error.message ?? error) };
  }
  if (order === "goto") answer = { result: null, ...("error" in answer ? answer : {}) };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await context.close();
