import type * as languageHost from "./language-host";
import type * as searchProgram from "./search-program";

/** Loads the language host, and with it Pulumi's SDK. */
export function loadLanguageHost(): typeof languageHost;

/** Loads the program that searches, and with it Pulumi's SDK. */
export function loadSearchProgram(): typeof searchProgram;
