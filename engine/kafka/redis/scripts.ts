/** The scripts that Redis runs: each is one act, and refuses whoever no longer owns the partition. */

/**
 * A commit of one partition of a group, all of it or nothing. A script is not rolled back when it fails half way, so
 * all that can be wrong is looked at before the first write, which changes nothing and is one that a Redis without room
 * refuses (it takes deletions).
 *
 * KEYS: head, state, part, active, outbox (hashes of one slot). ARGV: epoch, token, seq, head, delivered before,
 * delivered now, outbox entry ('' where there is none), then all writes in one: kind (1 to 3, its place in KEYS after the
 * head), key and value ('' deletes) of each, kind as a byte, the others with their length before them, 4 bytes, the
 * highest first. Answers `applied`, `already applied` (the same token asked again) or `fenced`.
 */
export const commit_script = `
local head = redis.call('HMGET', KEYS[1], 'epoch', 'token', 'seq', 'bar')
local epoch, token, seq = head[1] or '0', head[2] or '', tonumber(head[3] or '0')
if epoch ~= ARGV[1] then return 'fenced' end
if token == ARGV[2] then return 'already applied' end
if head[4] then return 'fenced' end
if tonumber(ARGV[3]) ~= seq + 1 then return 'fenced' end
for i = 1, #KEYS do
  local found = redis.call('TYPE', KEYS[i]).ok
  if found ~= 'none' and found ~= 'hash' then return redis.error_reply('WRONGKEY ' .. KEYS[i] .. ' is a ' .. found) end
end
local sets, deletes, writes, at = {{}, {}, {}}, {{}, {}, {}}, ARGV[8], 1
while at <= #writes do
  local kind, key, value
  kind, key, value, at = struct.unpack('>BI4c0I4c0', writes, at)
  local set = sets[kind]
  if not set then return redis.error_reply('WRONGARGS kind ' .. kind) end
  if value == '' then deletes[kind][#deletes[kind] + 1] = key
  else set[#set + 1], set[#set + 2] = key, value end
end
redis.call('HSET', KEYS[1], 'epoch', epoch)
local function each(command, kind, fields)
  for from = 1, #fields, 1000 do redis.call(command, KEYS[1 + kind], unpack(fields, from, math.min(from + 999, #fields))) end
end
for kind = 1, 3 do
  each('HSET', kind, sets[kind])
  each('HDEL', kind, deletes[kind])
end
if ARGV[7] ~= '' then redis.call('HSET', KEYS[5], ARGV[3], ARGV[7]) end
for gone = tonumber(ARGV[5]) + 1, tonumber(ARGV[6]) do redis.call('HDEL', KEYS[5], tostring(gone)) end
redis.call('HSET', KEYS[1], 'token', ARGV[2], 'seq', ARGV[3], 'book', ARGV[4])
return 'applied'
`;

/**
 * Lets go of a partition: nothing is under way of it any more. KEYS: head. ARGV: epoch. Answers `released`, or `fenced`
 * where another owner has it.
 */
export const release_script = `
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 'fenced' end
redis.call('HSET', KEYS[1], 'released', ARGV[1])
return 'released'
`;

/**
 * Closes a partition, for a new owner: nothing is committed until it has claimed it. What was committed therefore stands
 * in the journal before the claim. KEYS: head. ARGV: token of the claim to come. Answers `barred`, or `claimed` where the
 * claim was made already (this was asked twice, and comes late).
 */
export const bar_script = `
local found = redis.call('TYPE', KEYS[1]).ok
if found ~= 'none' and found ~= 'hash' then return redis.error_reply('WRONGKEY ' .. KEYS[1] .. ' is a ' .. found) end
if redis.call('HGET', KEYS[1], 'claim') == ARGV[1] then return 'claimed' end
redis.call('HSET', KEYS[1], 'bar', ARGV[1])
return 'barred'
`;

/**
 * Takes a partition that this owner closed: from now on only commits of this epoch are applied. KEYS: head. ARGV: epoch,
 * a whole number, and token. Answers `claimed`, `older` where a newer owner has claimed it, or `barred` where it is not
 * closed for this one. The epoch is the offset of the owner's claim in the journal, so that it does not roll back with a
 * Redis that loses its last second.
 */
export const claim_script = `
local head = redis.call('HMGET', KEYS[1], 'epoch', 'bar', 'claim')
local epoch = tonumber(head[1] or '-1')
if epoch > tonumber(ARGV[1]) then return 'older' end
if epoch == tonumber(ARGV[1]) and head[3] == ARGV[2] then return 'claimed' end
if head[2] ~= ARGV[2] then return 'barred' end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'claim', ARGV[2])
redis.call('HDEL', KEYS[1], 'bar')
return 'claimed'
`;

/**
 * Notes what was delivered. KEYS: head, outbox. ARGV: epoch, delivered before, delivered now, head, its seq. Answers
 * `applied`, or `fenced` where another owner has it, or other commits are stored than the head counts: it would say of
 * lost ones that they are there.
 */
export const mark_script = `
local head = redis.call('HMGET', KEYS[1], 'epoch', 'seq')
if (head[1] or '0') ~= ARGV[1] or tonumber(head[2] or '0') ~= tonumber(ARGV[5]) then return 'fenced' end
for gone = tonumber(ARGV[2]) + 1, tonumber(ARGV[3]) do redis.call('HDEL', KEYS[2], tostring(gone)) end
redis.call('HSET', KEYS[1], 'book', ARGV[4])
return 'applied'
`;

/**
 * Forgets all of a partition and raises its run. KEYS: head, state, part, active, outbox. ARGV: epoch, head. Answers
 * `applied` or `fenced`.
 */
export const reset_script = `
if (redis.call('HGET', KEYS[1], 'epoch') or '0') ~= ARGV[1] then return 'fenced' end
for i = 2, #KEYS do redis.call('UNLINK', KEYS[i]) end
redis.call('HSET', KEYS[1], 'token', '', 'seq', '0', 'book', ARGV[2])
return 'applied'
`;

/**
 * Puts state that was made beside the stored one in its place. KEYS: head, state, part, active, then the three that were
 * made. ARGV: epoch, the commit that they were made of, token. Answers how many values there were and are, by kind, as
 * JSON; `fenced` where another owner has the partition or another commit is stored. Asked again under the same token it
 * answers the same and changes nothing: what was made is then in place already.
 */
export const switch_script = `
local head = redis.call('HMGET', KEYS[1], 'epoch', 'seq', 'bar', 'switch', 'switched')
if head[4] == ARGV[3] then return head[5] end
if head[1] ~= ARGV[1] or head[3] or (head[2] or '0') ~= ARGV[2] then return 'fenced' end
local counts = {}
for i = 2, 4 do
  counts[i - 1] = redis.call('HLEN', KEYS[i])
  counts[i + 2] = redis.call('HLEN', KEYS[i + 3])
end
local said = cjson.encode(counts)
redis.call('HSET', KEYS[1], 'switch', ARGV[3], 'switched', said)
for i = 2, 4 do
  redis.call('UNLINK', KEYS[i])
  if counts[i + 2] > 0 then redis.call('RENAME', KEYS[i + 3], KEYS[i]) end
end
return said
`;

/** The commit of an owner whose epoch nobody looks at: a fault that a test plants. */
export const unfenced_commit_script = commit_script
  .replace("if epoch ~= ARGV[1] then return 'fenced' end\n", '')
  .replace("if head[4] then return 'fenced' end\n", '');

/**
 * Notes where a source is. KEYS: positions. ARGV: source, batch, value. Answers `applied`, or `refused` where the source
 * is not at the batch before, or at this one with the same value (an answer that was lost is asked for again).
 */
export const advance_script = `
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if stored == ARGV[3] then return 'applied' end
local batch = 0
if stored then batch = cjson.decode(stored).batch end
if tonumber(ARGV[2]) ~= batch + 1 then return 'refused' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 'applied'
`;
