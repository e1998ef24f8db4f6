import { html } from "hono/html";
import { PEOPLE } from "./people";

/** The page at which a developer says who to be. */
export function loginPage(query: string) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Log in to Tenantry</title>
      </head>
      <body>
        <h1>Log in to Tenantry, on this machine only</h1>
        <form method="post" action="/authorize?${query}">
          ${PEOPLE.map(
            ({ id, email, groups }) =>
              html`<p>
                <button name="person" value="${id}">${email}</button>
                ${groups.join(", ")}
              </p>`,
          )}
          <p><button name="person" value="">Nobody of these</button></p>
        </form>
      </body>
    </html>`;
}
