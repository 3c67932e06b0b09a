/** Sizes of receive buffers as the configuration asks for them. Figures as seen with 2.2.7. */
import type { InstanceModel, Model } from '../../grammar/model.ts';
import type { NetlinkBuffers } from '../ipc/messages.ts';
import type { BufferSize } from '../ports/net.ts';
import type { InstanceConfig } from '../vrrp/config.ts';
import { AH_LENGTH } from '../wire/ah.ts';
import { TRAILER_LENGTH } from '../wire/auth-trailer.ts';
import { expectedLength } from '../wire/vrrp.ts';

const IPV4_HEADER = 20;

/** 0 is the system's own size, as absent is. */
const sizeOf = (bytes: number | undefined, force: boolean | undefined): BufferSize | undefined =>
  bytes === undefined || bytes === 0 ? undefined : { bytes, force: force === true };

export function netlinkBuffers(globals: Model['globals']['values']): NetlinkBuffers {
  const command = sizeOf(globals.vrrp_netlink_cmd_rcv_bufs, globals.vrrp_netlink_cmd_rcv_bufs_force);
  const monitor = sizeOf(globals.vrrp_netlink_monitor_rcv_bufs, globals.vrrp_netlink_monitor_rcv_bufs_force);
  return { ...(command === undefined ? {} : { command }), ...(monitor === undefined ? {} : { monitor }) };
}

export const processEventsBuffer = (globals: Model['globals']['values']): BufferSize | undefined =>
  sizeOf(globals.process_monitor_rcv_bufs, globals.process_monitor_rcv_bufs_force);

/** As the socket receives it: an IPv4 socket sees the headers in front. */
function advertBytes({ version, family, auth, authHmac, vips }: InstanceModel): number {
  const headers = (family === 4 ? IPV4_HEADER : 0) + (auth?.type === 'AH' ? AH_LENGTH : 0);
  const trailer = authHmac === undefined ? 0 : TRAILER_LENGTH;
  return headers + expectedLength(version, family, vips.length) + trailer;
}

/** The instance's own word, else the policy for all: a number, or room for some adverts or some MTUs. */
export function receiveBuffer(
  model: InstanceModel,
  { vrrp_rx_bufs_policy: policy, vrrp_rx_bufs_multiplier: times }: Model['globals']['values'],
): InstanceConfig['receiveBuffer'] {
  const own = model.values.kernel_rx_buf_size ?? 0;
  if (own > 0) return { bytes: own };
  if (policy === undefined || policy === 0) return undefined;
  if (policy === 'MTU') return { mtus: times };
  return { bytes: policy === 'ADVERT' ? times * advertBytes(model) : policy };
}
