// Bundle the extension into dist/, or, with --tests, each test into build/tests/.
import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { build } from "esbuild";

const isForTests = process.argv.includes("--tests");
const isProduction = process.argv.includes("--production");
const folder = isForTests ? "build/tests" : "dist";
const tests = () => readdirSync("tests").filter((name) => name.endsWith(".test.ts"));

rmSync(folder, { recursive: true, force: true });
if (isProduction) {
  copyFileSync("../../LICENSE", "LICENSE");
  mkdirSync("build", { recursive: true }); // where vsce is to put the package
}
await build({
  entryPoints: isForTests ? tests().map((name) => `tests/${name}`) : ["src/extension.ts"],
  outdir: folder,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  minify: isProduction,
  sourcemap: isProduction ? false : "linked",
  logLevel: "warning",
});
