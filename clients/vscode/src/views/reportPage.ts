/** The report as a page for a webview: in the colours of the editor's theme, and with nothing that could run or load. */

/** The report's colours, and what they are in a theme. */
const COLOURS: Readonly<Record<string, string>> = {
  page: "editor-background",
  card: "sideBar-background",
  ink: "editor-foreground",
  quiet: "descriptionForeground",
  line: "panel-border",
  track: "textCodeBlock-background",
  link: "textLink-foreground",
  fine: "vetline-unreviewedForeground",
  risky: "vetline-riskyForeground",
  fixed: "charts-green",
  rejected: "charts-blue",
  kept: "charts-yellow",
  suppressed: "descriptionForeground",
  open: "charts-red",
  "badge-high": "charts-red",
  "badge-medium": "vetline-riskyForeground",
  "badge-low": "descriptionForeground",
};

/** Return the page for a report as `vetline report --format html` makes it; `nonce` is new for each page. */
export function reportPage(html: string, nonce: string): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const variables = Object.entries(COLOURS).map(([name, theme]) => `--${name}: var(--vscode-${theme});`);
  const theme = `:root:root { ${variables.join(" ")} } body:is(.vscode-high-contrast, .vscode-high-contrast-light) { --line: var(--vscode-contrastBorder); }`;
  return html
    .replace(/(<meta http-equiv="Content-Security-Policy" content=")[^"]*"/, (_, start: string) => `${start}${policy}"`)
    .replaceAll("<style>", `<style nonce="${nonce}">`)
    .replace("</head>", () => `<style nonce="${nonce}">${theme}</style>\n</head>`);
}
