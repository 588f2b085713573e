// The year of the Grand Rounds, told with the types that openapi-typescript makes.

import createClient from "openapi-fetch";

import type { components, paths } from "./schema";
import { codes, complete, expect, KEY, PROVIDER, URL_OF_SERVER } from "./story";

type Activity = components["schemas"]["Activity"];
type ActivityContent = components["schemas"]["ActivityContent"];

const SERIES = "GR-IM-FETCH";
const BY_KEY =
  "/v1/providers/{provider_id}/activities/by-key/{format}/{start_date}/{internal_id}";
const ACTIVITY = "/v1/providers/{provider_id}/activities/{activity_id}";

const client = createClient<paths>({
  baseUrl: URL_OF_SERVER,
  headers: { Authorization: `Bearer ${KEY}` },
});

async function push(year: number, content: ActivityContent): Promise<Activity> {
  const { data, error } = await client.PUT(BY_KEY, {
    params: {
      path: {
        provider_id: PROVIDER,
        format: "regularly_scheduled_series",
        start_date: `${year}-07-01`,
        internal_id: SERIES,
      },
    },
    body: { ...content, end_date: `${year + 1}-06-30` },
  });
  if (data === undefined) throw new Error(error.detail);
  return data;
}

async function main(): Promise<void> {
  const thisYear = new Date().getFullYear();

  const draft = await push(thisYear, { title: complete.title });
  expect(draft.status, "draft");
  const missing = await client.GET(`${ACTIVITY}/missing`, {
    params: {
      path: { provider_id: PROVIDER, activity_id: draft.activity_id },
      query: { for: "active" },
    },
  });
  expect(codes(missing.data?.missing).includes("activity.credits"), true);

  const active = await push(thisYear, complete);
  expect(active.status, "active");

  const ready = await push(2024, complete);
  expect(ready.status, "ready_to_close");
  const params = { path: { provider_id: PROVIDER, activity_id: ready.activity_id } };

  const refusal = await client.POST(`${ACTIVITY}/close`, { params });
  expect(refusal.response.status, 409);
  expect(codes(refusal.error?.errors).includes("outcomes.measure"), true);

  const answered = await client.PATCH(ACTIVITY, {
    params: { ...params, header: { "If-Match": `"${ready.version}"` } },
    body: {
      outcome_measures: [{ measure: "learner_competence", kinds: ["objective"] }],
      commercial_support: { received: false },
      learners: { physicians: 1040, others: 0 },
    },
  });
  expect(answered.data?.missing.length, 0);

  const closed = await client.POST(`${ACTIVITY}/close`, { params });
  expect(closed.data?.status, "closed");

  const kept = await client.DELETE(ACTIVITY, { params });
  expect(kept.error?.code, "activity.delete_closed");
  console.log(closed.data?.status);
}

void main();
