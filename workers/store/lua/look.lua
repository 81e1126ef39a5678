-- KEYS: the URL's pages, the site's pointer. ARGV: claim (an entry), again (1: wanted again), now in s, claim's time in ms, most entries,
-- version of the facts the caller has, prefix of facts.
local claim, now = ARGV[1], tonumber(ARGV[3])
local mine, page, rules = string.sub(claim, 1, 16), string.sub(claim, 17, 28), string.sub(claim, 29, 32)

local function facts(version)
  if version == string.rep('\0', 8) or version == ARGV[6] then return '' end
  return redis.call('GET', ARGV[7] .. version) or ''
end

local list = entries(redis.call('GET', KEYS[1]) or '')
for i = 1, #list do
  if string.sub(list[i], 1, 28) == mine .. page then
    local version = string.sub(list[i], 33, 40)
    return {'again', string.sub(list[i], HEAD + 1), version, facts(version)}
  end
end

local kept, place, before, past = {}, 1, nil, ''
for i = 1, #list do
  local e = list[i]
  local is_claim = string.sub(e, 41, 41) == 'p'
  if not (is_claim and number(e, 42, 45) + tonumber(ARGV[4]) / 1000 < now) then
    kept[#kept + 1] = e
    local later = string.sub(e, 1, 8) == string.sub(mine, 1, 8) and number(e, 9, 16) > number(mine, 9, 16)
    if later and not before then place = #kept + 1 end
    if not later then
      before = before or e
      if past == '' and not is_claim then past = string.sub(e, HEAD + 1) end
    end
  end
end
if before and ARGV[2] == '0' and string.sub(before, 17, 32) == page .. rules then
  return {'unchanged', past, '', ''}
end
local version = redis.call('GET', KEYS[2]) or string.rep('\0', 8)
table.insert(kept, place, string.sub(claim, 1, 32) .. version .. string.sub(claim, 41))
save(KEYS[1], kept, tonumber(ARGV[5]), tonumber(ARGV[4]))
return {'new', past, version, facts(version)}
