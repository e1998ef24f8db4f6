import type { Client } from "openapi-fetch";
import { dataOf } from "./answers";
import type { Delivery, NewWebhook, QueryOf, Webhook } from "./models";
import { allOf } from "./pages";
import type { components, paths } from "./schema";

/** The part of the API that is about webhooks. */
export class Webhooks {
  constructor(private readonly api: Client<paths>) {}

  /** All webhooks, in the order they were made. */
  list(): AsyncGenerator<Webhook, void, undefined> {
    return allOf((after) => dataOf(this.api.GET("/v1/webhooks", { params: { query: { after } } })));
  }

  /** Sends events to an address. The secret is told this one time. */
  add(body: components["schemas"]["WebhookInput"]): Promise<NewWebhook> {
    return dataOf(this.api.POST("/v1/webhooks", { body }));
  }

  /** Sends no more events to an address. */
  async remove(id: string): Promise<void> {
    await this.api.DELETE("/v1/webhooks/{id}", { params: { path: { id } } });
  }

  /** What was or is to be delivered, the newest event first. */
  deliveries(
    id: string,
    query: QueryOf<"/v1/webhooks/{id}/deliveries"> = {},
  ): AsyncGenerator<Delivery, void, undefined> {
    return allOf((after) =>
      dataOf(
        this.api.GET("/v1/webhooks/{id}/deliveries", {
          params: { path: { id }, query: { ...query, after } },
        }),
      ),
    );
  }

  /** Delivers an event again. */
  resend(id: string, eventId: string): Promise<Delivery> {
    return dataOf(
      this.api.POST("/v1/webhooks/{id}/deliveries/{eventId}/resend", {
        params: { path: { id, eventId } },
        body: {},
      }),
    );
  }
}
