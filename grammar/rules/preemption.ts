/** nopreempt and preempt_delay make no sense for some initial states and priorities. */
import { us } from '../../src/units.ts';
import { type InstanceRule, isMaster, isStrict, OWNER_PRIORITY, priorityOf, say } from './rule.ts';

export const nopreempt: InstanceRule = {
  name: 'nopreempt',
  check: (instance, session) => {
    const { values } = instance;
    if (!values.nopreempt) return undefined;
    if (priorityOf(instance) === OWNER_PRIORITY) {
      say(instance, session, 'nopreempt is incompatible with priority 255. resetting nopreempt');
    } else if (isMaster(instance)) {
      say(instance, session, 'Warning - nopreempt will not work with initial state MASTER - clearing');
    } else {
      return undefined;
    }
    values.nopreempt = false;
    return undefined;
  },
};

/** Text and order as the facts on 2.4.3 have them; 2.2.7 does not know the keyword. */
export const timerExpiredBackup: InstanceRule = {
  name: 'timer-expired-backup',
  check: (instance, session) => {
    const { values } = instance;
    if (values.timer_expired_backup === undefined || values.nopreempt) return undefined;
    say(instance, session, 'expired_timer_backup requires nopreempt - resetting');
    delete values.timer_expired_backup;
    return undefined;
  },
};

export const preemptDelay: InstanceRule = {
  name: 'preempt-delay',
  check: (instance, session) => {
    const { values } = instance;
    if (!values.preempt_delay) return undefined;
    const problems: string[] = [];
    if (isMaster(instance)) {
      problems.push('Warning - preempt delay will not work with initial state MASTER - clearing');
    } else {
      if (isStrict(instance, session))
        problems.push('preempt_delay is incompatible with strict mode - resetting');
      if (values.nopreempt) problems.push('preempt_delay is incompatible with nopreempt mode - resetting');
    }
    for (const problem of problems) say(instance, session, problem);
    if (problems.length > 0) values.preempt_delay = us(0);
    return undefined;
  },
};
