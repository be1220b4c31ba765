import type { EngineReportError } from './engineThread.ts';
import type { Log } from './log.ts';
import { stepsAfter } from './nextSteps.ts';
import { showLogAction, showMessage, stepTitle } from './notifications.ts';
import { askUrl } from './prompts.ts';
import { reportText } from './sentences.ts';

/**
 * Says why a playlist cannot be read, with what can be done about it.
 * @param again tries once more, with the same URL or with another one.
 */
export function tellUnreadable(
  { report }: EngineReportError,
  url: string,
  again: (url: string) => Promise<unknown>,
  log: Log,
): void {
  log.warn(`${report.code}: ${report.message}`);
  const changeUrl = {
    title: stepTitle('changeUrl'),
    run: async () => {
      const changed = await askUrl(url);
      if (changed !== undefined) await again(changed);
    },
  };
  const tryAgain = { title: stepTitle('tryAgain'), run: () => again(url) };
  const steps = stepsAfter(report, false).map((step) => (step === 'changeUrl' ? changeUrl : tryAgain));
  showMessage('error', reportText(report), [...steps, showLogAction(log)], log);
}
