/**
 * From events to effects. In: an event of an instance or of a sync group. It asks the pure core, remembers
 * the states that follow and hands every effect on, in order; an instance of a group takes all its steps
 * through the group.
 */
import type { Us } from '../units.ts';
import type { RouterEffect, RouterEvent } from './events.ts';
import type { GroupKeeper } from './group-keeper.ts';
import type { LineBuffer } from './line-buffer.ts';
import type { step } from './router.ts';
import type { Instances, Running, VrrpOutputs } from './running.ts';
import type { SyncGroupEvent } from './sync-group.ts';

export interface DispatcherParts {
  readonly instances: Instances;
  readonly groups: GroupKeeper;
  readonly lines: LineBuffer;
  readonly out: Pick<VrrpOutputs, 'notifyGroup'>;
  readonly step: typeof step;
  /** Called once an event and all that follows from it has been carried out. */
  readonly settled: () => void;
  readonly carryOut: (running: Running, effect: RouterEffect, decidedAtUs: Us) => void;
}

export class Dispatcher {
  readonly #parts: DispatcherParts;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  dispatch(name: string, event: RouterEvent): void {
    const { instances, groups, lines } = this.#parts;
    const running = instances.get(name);
    if (running === undefined) return;
    const group = groups.groupOf(name);
    lines.during(() => {
      if (group === undefined) this.#take(running, event);
      else this.#groupTakes(group, { event: 'member', member: name, of: event });
      this.#parts.settled();
    });
  }

  toGroups(event: SyncGroupEvent): void {
    for (const group of this.#parts.groups.names) this.toGroup(group, event);
  }

  toGroup(group: string, event: SyncGroupEvent): void {
    this.#parts.lines.during(() => {
      this.#groupTakes(group, event);
      this.#parts.settled();
    });
  }

  #take(running: Running, event: RouterEvent): void {
    const { state, effects } = this.#parts.step(running.config, running.state, event);
    running.state = state;
    if (event.event === 'configure') running.config = event.config;
    for (const effect of effects) this.#parts.carryOut(running, effect, event.nowUs);
  }

  #groupTakes(group: string, event: SyncGroupEvent): void {
    const { instances, groups, lines, out } = this.#parts;
    const { members, effects } = groups.step(group, event);
    const nowUs = event.event === 'member' ? event.of.nowUs : event.nowUs;
    for (const [name, state] of members) {
      const running = instances.get(name);
      if (running !== undefined) running.state = state;
    }
    if (event.event === 'member' && event.of.event === 'configure') {
      const running = instances.get(event.member);
      if (running !== undefined) running.config = event.of.config;
    }
    for (const effect of effects) {
      if (effect.effect === 'log') lines.log(effect.id, effect.args);
      else if (effect.effect === 'notify') out.notifyGroup(group, effect.state);
      else {
        const running = instances.get(effect.member);
        if (running !== undefined) this.#parts.carryOut(running, effect.of, nowUs);
      }
    }
  }
}
