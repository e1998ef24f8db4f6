/**
 * Seconds after which a client may ask again, in `Retry-After`. People lift a suspension, so an hour is often enough.
 * Source: https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export const SUSPENDED_RETRY_SECONDS = 3600;

/**
 * What people see at a suspended tenant's address. It stands in the gateway's configuration between single quotes, so it
 * has none of its own, no `$` and no line breaks; it names no tenant, so it tells a stranger nothing.
 */
export const SUSPENDED_PAGE = [
  '<!doctype html><html lang="en"><head><meta charset="utf-8">',
  '<meta name="viewport" content="width=device-width, initial-scale=1">',
  "<title>Workspace suspended</title></head>",
  '<body style="font-family: system-ui, sans-serif; max-width: 36rem; margin: 20vh auto; padding: 0 1rem">',
  "<h1>This workspace is suspended</h1>",
  "<p>Its data is kept. Ask the administrator of your workspace to have it resumed.</p>",
  "</body></html>",
].join("");
