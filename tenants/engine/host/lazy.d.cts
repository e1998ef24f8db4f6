/** Loads the language host, and with it Pulumi's SDK. */
export function loadLanguageHost(): typeof import("./language-host");
