import type * as languageHost from "./language-host";

/** Loads the language host, and with it Pulumi's SDK. */
export function loadLanguageHost(): typeof languageHost;
