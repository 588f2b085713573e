// The year of the Grand Rounds, told with the client that @hey-api/openapi-ts makes.

import {
  activitiesClose,
  activitiesDelete,
  activitiesList,
  activitiesMissing,
  activitiesPush,
  activitiesUpdate,
} from "./sdk";
import type { Activity, ActivityContent } from "./sdk";
import { client } from "./sdk/client.gen";
import { codes, complete, expect, KEY, PROVIDER, URL_OF_SERVER } from "./story";

const SERIES = "GR-IM-HEY-API";

client.setConfig({ baseUrl: URL_OF_SERVER, auth: KEY });

async function push(year: number, content: ActivityContent): Promise<Activity> {
  const { data, error } = await activitiesPush({
    path: {
      provider_id: PROVIDER,
      format: "regularly_scheduled_series",
      start_date: `${year}-07-01`,
      internal_id: SERIES,
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
  const missing = await activitiesMissing({
    path: { provider_id: PROVIDER, activity_id: draft.activity_id },
    query: { for: "active" },
  });
  expect(codes(missing.data?.missing).includes("activity.credits"), true);

  const active = await push(thisYear, complete);
  expect(active.status, "active");
  expect(active.version, draft.version + 1);

  const ready = await push(2024, complete);
  expect(ready.status, "ready_to_close");
  const path = { provider_id: PROVIDER, activity_id: ready.activity_id };

  const refusal = await activitiesClose({ path });
  expect(refusal.response?.status, 409);
  expect(codes(refusal.error?.errors), [
    "outcomes.measure",
    "support.answered",
    "learners.physicians",
    "learners.others",
  ]);

  const answered = await activitiesUpdate({
    path,
    headers: { "If-Match": `"${ready.version}"` },
    body: {
      outcome_measures: [{ measure: "learner_competence", kinds: ["objective"] }],
      commercial_support: { received: false },
      learners: { physicians: 1040, others: 0 },
    },
  });
  expect(answered.data?.learners.physicians, 1040);
  expect(answered.data?.missing.length, 0);

  const closed = await activitiesClose({ path });
  expect(closed.data?.status, "closed");

  const kept = await activitiesDelete({ path });
  expect(kept.error?.code, "activity.delete_closed");

  const page = await activitiesList({
    path: { provider_id: PROVIDER },
    query: { status: "closed", q: SERIES },
  });
  expect(page.data?.data.map((row) => [row.title, row.missing_count]), [[complete.title, 0]]);
  console.log(closed.data?.status);
}

void main();
