/**
 * Generic netlink (<linux/genetlink.h>): many protocols share one netlink family, each under a number that
 * the kernel hands out. In: a name, or messages. Out: the request for the number, and the number.
 */
import { cStringBytes, u16 } from './bytes.ts';
import { NLM_F_ACK, NLM_F_REQUEST } from './constants.ts';
import { CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME, CTRL_CMD_GETFAMILY } from './ipvs-constants.ts';
import { attribute, attributes, type Message, message } from './message.ts';

/** struct genlmsghdr: command, version, two reserved bytes. */
export const generalHeaderLength = 4;

/** Of the controller itself. */
export const GENL_ID_CTRL = 0x10;
const controllerVersion = 1;

/** The kernel loads the module of a family that it does not know, if there is one. */
export const familyRequest = (name: string, seq: number): Uint8Array =>
  message({ type: GENL_ID_CTRL, flags: NLM_F_REQUEST | NLM_F_ACK, seq }, [
    Uint8Array.of(CTRL_CMD_GETFAMILY, controllerVersion, 0, 0),
    attribute(CTRL_ATTR_FAMILY_NAME, cStringBytes(name)),
  ]);

/** Undefined when the message does not tell. */
export function familyNumber({ type, payload }: Message): number | undefined {
  if (type !== GENL_ID_CTRL) return undefined;
  const number = attributes(payload, generalHeaderLength).get(CTRL_ATTR_FAMILY_ID);
  return number === undefined ? undefined : u16(number);
}
