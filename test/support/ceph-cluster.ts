import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ceph, freePort, startDaemon } from './ceph-processes.js';

/** The names in the keyring of the cluster, and what each may do. */
const CAPABILITIES: Readonly<Record<string, string>> = {
  'mon.': 'caps mon = "allow *"',
  'client.admin': 'caps mon = "allow *"\ncaps osd = "allow *"\ncaps mgr = "allow *"',
  'osd.0': 'caps mon = "allow profile osd"\ncaps osd = "allow *"\ncaps mgr = "allow profile osd"',
  'client.rgw': 'caps mon = "allow rw"\ncaps osd = "allow rwx"\ncaps mgr = "allow rw"',
};

const OBJECT_BYTES_MAX = 6 * 1024 ** 3;

/** A Ceph of one monitor and one store in memory, below `folder`, on loopback, every connection authenticated; resolves to the path of its settings. */
export async function startCluster(folder: string): Promise<string> {
  const fsid = randomUUID();
  const monitor = `[v2:127.0.0.1:${await freePort()}]`;
  const settings = join(folder, 'ceph.conf');
  const keyring = join(folder, 'keyring');
  await writeFile(settings, settingsText({ folder, fsid, monitor }));
  await writeFile(keyring, keyringText());
  await mkdir(join(folder, 'mon'));
  await mkdir(join(folder, 'osd'));

  const map = join(folder, 'monmap');
  await ceph('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', monitor, map);
  const mon = ['-c', settings, '-i', 'a'];
  await ceph('ceph-mon', ...mon, '--mkfs', '--monmap', map, '--keyring', keyring);
  await startDaemon(folder, 'mon', ['ceph-mon', ...mon, '-f']);

  const osdId = randomUUID();
  await ceph('ceph', '-c', settings, 'osd', 'new', osdId);
  const osd = ['-c', settings, '-i', '0'];
  await ceph('ceph-osd', ...osd, '--mkfs', '--osd-uuid', osdId);
  await startDaemon(folder, 'osd', ['ceph-osd', ...osd, '-f']);
  return settings;
}

function settingsText({ folder, fsid, monitor }: Record<'folder' | 'fsid' | 'monitor', string>) {
  return `[global]
fsid = ${fsid}
mon_host = ${monitor}
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_msgr1 = false
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
auth_allow_insecure_global_id_reclaim = false
keyring = ${folder}/keyring
run_dir = ${folder}
admin_socket = ${folder}/$name.asok
log_file = ${folder}/$name.log
log_to_stderr = false
err_to_stderr = true
debug_none = 0/0
mon_data = ${folder}/mon
mon_data_avail_crit = 1
mon_data_avail_warn = 2
mon_cluster_log_file = ${folder}/cluster.log
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
osd_data = ${folder}/osd
osd_objectstore = memstore
memstore_device_bytes = ${OBJECT_BYTES_MAX}
osd_crush_chooseleaf_type = 0
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_op_num_shards = 2
osd_client_watch_timeout = 2
rgw_num_control_oids = 1
rgw_thread_pool_size = 64
rgw_enable_usage_log = false
rgw_run_sync_thread = false
rgw_bucket_quota_ttl = 0
`;
}

/** Keys are made here and not by ceph-authtool, which would be four more programs to wait for. */
function keyringText(): string {
  return Object.entries(CAPABILITIES)
    .map(([name, capabilities]) => `[${name}]\nkey = ${newKey()}\n${capabilities}\n`)
    .join('\n');
}

/** Kind 1 (AES), made at second 0, 16 random bytes with their length before them; all numbers little-endian. */
function newKey(): string {
  const head = Buffer.alloc(12);
  head.writeUInt16LE(1, 0);
  head.writeUInt16LE(16, 10);
  return Buffer.concat([head, randomBytes(16)]).toString('base64');
}
