/**
 * On AWS, staged files wait for the schedule of the load, up to five minutes, because each run of a warehouse costs money.
 * Here a load follows as soon as something is staged; the schedule fires as well.
 */
import type { RuntimeEvent } from './events';
import type { Schedule } from './ports/schedule';

export class PromptLoads {
  private schedule: Schedule | undefined;
  private isLoading = false;
  private isAsked = false;

  /** From now on a load follows. Where nothing is loaded by a schedule, none does. */
  begin(schedules: Iterable<Schedule>): void {
    this.schedule = [...schedules].find(({ name }) => name.endsWith('-load-staged-batches'));
  }

  /** To be called with every event of a run. */
  readonly see = (event: RuntimeEvent): void => {
    if (event.type !== 'outcome' || event.outcome !== 'staged') return;
    this.isAsked = true;
    if (!this.isLoading && this.schedule !== undefined) void this.load(this.schedule);
  };

  /** One at a time: what is staged meanwhile is for the next one. */
  private async load(schedule: Schedule): Promise<void> {
    this.isLoading = true;
    while (this.isAsked) {
      this.isAsked = false;
      await schedule.fireNext();
    }
    this.isLoading = false;
  }
}
