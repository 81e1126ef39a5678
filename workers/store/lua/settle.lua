-- KEYS: for each article its state and its buckets. ARGV: source 8 bytes, now in s, claim's time in ms, horizon in s, most bytes of a
-- bucket, prefix of articles, four numbers of the rule; then for each article: how many buckets, id, content, fingerprint, headline,
-- house, agency, and the tags of the buckets.
-- A state: flags 1 (1: an earlier revision, 2: a duplicate, 4: a fingerprint), rest of the id 22, content 32, source 8, time 4, revision 2,
-- headline 4, house 4, agency 4; then, as flagged: content before 32, headline changed 1, share changed 1; original 32, kind 1, score 1;
-- fingerprint 130.
local ID, SLOT, VALUES = 10, 14, 64
local source, now, claim_ms, horizon_s, most, prefix = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
local min_likeness, min_containment, min_contained, max_candidates = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])

local function bytes(n, width)
  local out = {}
  for i = width, 1, -1 do out[i] = string.char(n % 256) n = math.floor(n / 256) end
  return table.concat(out)
end

local function number(text, from, to)
  local n = 0
  for i = from, to do n = n * 256 + string.byte(text, i) end
  return n
end

local function read(ref)
  local s = redis.call('GET', prefix .. ref)
  if not s or #s < 81 then return nil end
  local flags, at = string.byte(s, 1), 82
  local state = {
    id = ref .. string.sub(s, 2, 23), content = string.sub(s, 24, 55), source = string.sub(s, 56, 63), time = number(s, 64, 67),
    revision = number(s, 68, 69), headline = string.sub(s, 70, 73), house = string.sub(s, 74, 77), agency = string.sub(s, 78, 81),
    before = '', headline_changed = 0, share = 0, original = '', kind = '', score = 0, print = ''
  }
  if flags % 2 >= 1 then
    state.before, state.headline_changed, state.share = string.sub(s, at, at + 31), string.byte(s, at + 32), string.byte(s, at + 33)
    at = at + 34
  end
  if flags % 4 >= 2 then
    state.original, state.kind, state.score = string.sub(s, at, at + 31), string.sub(s, at + 32, at + 32), string.byte(s, at + 33)
    at = at + 34
  end
  if flags % 8 >= 4 then state.print = string.sub(s, at) end
  return state
end

local function write(state)
  local flags, more = 0, {}
  if state.before ~= '' then
    flags = flags + 1
    more[#more + 1] = state.before .. string.char(state.headline_changed, state.share)
  end
  if state.original ~= '' then
    flags = flags + 2
    more[#more + 1] = state.original .. state.kind .. string.char(state.score)
  end
  if state.print ~= '' then
    flags = flags + 4
    more[#more + 1] = state.print
  end
  local key = prefix .. string.sub(state.id, 1, ID)
  local left = redis.call('PTTL', key)
  redis.call('SET', key, string.char(flags) .. string.sub(state.id, ID + 1) .. state.content .. state.source .. bytes(state.time, 4)
    .. bytes(math.min(state.revision, 65535), 2) .. state.headline .. state.house .. state.agency .. table.concat(more),
    'PX', math.max(left, claim_ms))
end

local function equal_values(a, b)
  if a == '' or b == '' then return 0 end
  local x, y, equal = {string.byte(a, 3, 130)}, {string.byte(b, 3, 130)}, 0
  for i = 1, 2 * VALUES, 2 do
    if x[i] == y[i] and x[i + 1] == y[i + 1] then equal = equal + 1 end
  end
  return equal
end

-- Whether two texts are the same story, and how alike: kind (e, n, s) and score in 64ths.
local function compare(mine, other)
  if mine.content == other.content then return 'e', VALUES end
  local equal = equal_values(mine.print, other.print)
  if equal == 0 then return nil, 0 end
  local likeness, ours, theirs = equal / VALUES, number(mine.print, 1, 2), number(other.print, 1, 2)
  local containment = likeness / (1 + likeness) * (ours + theirs) / math.min(ours, theirs)
  if likeness < min_likeness and (containment < min_containment or likeness < min_contained) then return nil, equal end
  local none = string.rep('\0', 4)
  local agreed = mine.agency == other.agency or mine.agency == none or other.agency == none
  local named = mine.agency ~= none or other.agency ~= none
  if mine.house ~= other.house and named and agreed then return 's', equal end
  return 'n', equal
end

local function original_of(mine, buckets, tags)
  local votes, refs = {}, {}
  for i = 1, #buckets do
    local from = 1
    while true do
      local at = string.find(buckets[i], tags[i], from, true)
      if not at then break end
      if (at - 1) % SLOT == 0 then
        local ref = string.sub(buckets[i], at + 4, at + SLOT - 1)
        if not votes[ref] then
          votes[ref] = 0
          refs[#refs + 1] = ref
        end
        votes[ref] = votes[ref] + 1
      end
      from = at + 1
    end
  end
  table.sort(refs, function(a, b) if votes[a] ~= votes[b] then return votes[a] > votes[b] end return a < b end)
  local best, best_kind, best_score = nil, nil, -1
  for i = 1, math.min(#refs, max_candidates) do
    local other = refs[i] ~= string.sub(mine.id, 1, ID) and read(refs[i])
    if other and other.original == '' and other.time + horizon_s >= now then
      local kind, score = compare(mine, other)
      if kind and (score > best_score or (score == best_score and other.time < best.time)) then
        best, best_kind, best_score = other, kind, score
      end
    end
  end
  return best, best_kind, best_score
end

local function index(mine, keys, buckets, tags)
  for i = 1, #keys do
    local slot = tags[i] .. string.sub(mine.id, 1, ID)
    if not string.find(buckets[i], slot, 1, true) then
      redis.call('SET', keys[i], string.sub(slot .. buckets[i], 1, most), 'EX', horizon_s)
    end
  end
end

local answers, k, a = {}, 1, 11
while k <= #KEYS do
  local count = tonumber(ARGV[a])
  local mine = {
    id = ARGV[a + 1], content = ARGV[a + 2], print = ARGV[a + 3], headline = ARGV[a + 4], house = ARGV[a + 5], agency = ARGV[a + 6],
    source = source, time = now, revision = 1, before = '', headline_changed = 0, share = 0, original = '', kind = '', score = 0
  }
  local keys, tags, buckets = {}, {}, {}
  for i = 1, count do
    keys[i], tags[i] = KEYS[k + i], ARGV[a + 6 + i]
  end
  local known = read(string.sub(mine.id, 1, ID))
  local same_source = known and known.source == source
  if known and known.content == mine.content and known.headline == mine.headline then
    mine = known
  else
    buckets = redis.call('MGET', unpack(keys))
    for i = 1, count do buckets[i] = buckets[i] or '' end
    if same_source then -- the same page read otherwise, under other rules: no revision
      mine.time, mine.revision, mine.before, mine.share = known.time, known.revision, known.before, known.share
      mine.headline_changed, mine.original, mine.kind, mine.score = known.headline_changed, known.original, known.kind, known.score
    elseif known then
      mine.time, mine.revision, mine.before = known.time, known.revision + 1, known.content
      if known.content ~= mine.content then mine.share = math.max(1, VALUES - equal_values(mine.print, known.print)) end
      if known.headline ~= mine.headline then mine.headline_changed = 1 end
      local original = known.original ~= '' and read(string.sub(known.original, 1, ID))
      if original then
        local kind, score = compare(mine, original)
        if kind then mine.original, mine.kind, mine.score = original.id, kind, score end
      end
    else
      local original, kind, score = original_of(mine, buckets, tags)
      if original then mine.original, mine.kind, mine.score = original.id, kind, score end
    end
    if mine.original == '' then index(mine, keys, buckets, tags) end
    write(mine)
  end
  answers[#answers + 1] = {mine.revision, mine.before, mine.headline_changed, mine.share, mine.original, mine.kind, mine.score}
  k = k + 1 + count
  a = a + 7 + count
end
return answers
