// What both TypeScript clients tell the story with.

import type { ActivityContent } from "./sdk";

declare const process: { env: Record<string, string | undefined> };

export const URL_OF_SERVER = process.env["OPENPARS_URL"] ?? "";
export const KEY = process.env["OPENPARS_KEY"] ?? "";
export const PROVIDER = "0000001";

/** All that learners have to know of the series. */
export const complete: ActivityContent & { title: string } = {
  title: "Internal Medicine Grand Rounds",
  delivery_methods: ["in_person"],
  location: "Main Auditorium",
  city: "Sacramento",
  state: "CA",
  country: "USA",
  credits: 52,
  description: "One hour each week: a patient, the evidence, the change.",
  cme_finder: true,
  fee: "free",
  registration: "open",
  url: "https://cme.provider-hospital.org/grand-rounds",
  providership: "direct",
};

export function codes(entries: Array<{ code: string }> | undefined): string[] {
  return (entries ?? []).map((entry) => entry.code);
}

export function expect<T>(found: T | undefined, wanted: T): void {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(`${JSON.stringify(found)} is not ${JSON.stringify(wanted)}`);
  }
}
