/** What we say that this client can do, other than vscode-languageclient would. */

import type { ClientCapabilities, FeatureState, ServerCapabilities, StaticFeature } from "vscode-languageclient/node";

/**
 * Has the server push diagnostics.
 *
 * It knows best when: at once behind what was accepted, after a pause behind what is typed, and again when the deep tier
 * has found something. The client's own feature would ask at every key, and not know of what came later.
 */
export class PushedDiagnostics implements StaticFeature {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    delete capabilities.textDocument?.diagnostic;
  }

  preInitialize(capabilities: ServerCapabilities): void {
    delete capabilities.diagnosticProvider;
  }

  initialize(): void {}

  getState(): FeatureState {
    return { kind: "static" };
  }

  clear(): void {}
}

/** Tells the server that we follow the foreign code in our documents. */
export class FollowedAcceptances implements StaticFeature {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    capabilities.experimental = { ...capabilities.experimental, vetline: { acceptances: true } };
  }

  initialize(): void {}

  getState(): FeatureState {
    return { kind: "static" };
  }

  clear(): void {}
}
