/** What a user has set for themselves on this machine, whatever project is open: what computes, and how the screens look. */
import { z } from 'zod';
import { figurePageSchema } from './figure-page';
import { formatProblem } from './spec-problem';
import { problemsOfIssues } from './spec-issues';

export const schemeChoices = ['system', 'light', 'dark'] as const;
export type SchemeChoice = (typeof schemeChoices)[number];
export const motionChoices = ['system', 'less'] as const;

/** Size of text in percent of the browser's own. */
export const textScale = { least: 80, usual: 100, most: 200, step: 10 } as const;

export const userSettingsSchema = z.strictObject({
  settingsVersion: z.literal(1).default(1),
  /** Executor of new experiments from the next start on; `auto` is the fastest with right numbers. */
  engine: z.string().min(1).max(100).default('auto'),
  /** Worker processes from the next start on; null is one a core. */
  workers: z.int().min(1).max(1024).nullable().default(null),
  colours: z.enum(schemeChoices).default('system'),
  textScale: z.int().min(textScale.least).max(textScale.most).default(textScale.usual),
  motion: z.enum(motionChoices).default('system'),
  /** Tell by the system when an experiment ends while the page is not looked at. */
  notifications: z.boolean().default(false),
  /** Keys without Ctrl are commands. */
  singleKeys: z.boolean().default(true),
  /** The page of exported figures, as it was last chosen. */
  figure: figurePageSchema.omit({ title: true }).default({}),
});
export type UserSettings = z.output<typeof userSettingsSchema>;

/** What holds where nothing was set. */
export const defaultUserSettings: UserSettings = userSettingsSchema.parse({});

/** The settings of a document, or every problem with it. Settings that are absent have their defaults. */
export function parseUserSettings(
  document: unknown,
):
  | { readonly ok: true; readonly settings: UserSettings }
  | { readonly ok: false; readonly problems: readonly string[] } {
  const parsed = userSettingsSchema.safeParse(document);
  if (parsed.success) return { ok: true, settings: parsed.data };
  return {
    ok: false,
    problems: problemsOfIssues(parsed.error.issues, document).map(formatProblem),
  };
}
