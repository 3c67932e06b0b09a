/** Every topic of the keyword matrix, in the order in which the tool lists them. */
import type { Topic } from './cases.ts';
import { checkerTopics } from './checkers.ts';
import { vrrpTopics } from './vrrp.ts';

export const topics: readonly Topic[] = [...vrrpTopics, ...checkerTopics];
