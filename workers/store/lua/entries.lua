-- The pages of a URL, newest first, in one string. An entry: source 16 bytes (8 name the partition, 8 are the offset), page 12, rules 4,
-- site facts 8, status 1 (p: claimed, c: confirmed, s: confirmed, same articles), time 4, length 2, then what came of the page.
local HEAD = 47

local function number(text, from, to)
  local n = 0
  for i = from, to do n = n * 256 + string.byte(text, i) end
  return n
end

local function entries(value)
  local list, at = {}, 1
  while at + HEAD - 1 <= #value do
    local stop = at + HEAD - 1 + number(value, at + 45, at + 46)
    list[#list + 1] = string.sub(value, at, stop)
    at = stop + 1
  end
  return list
end

local function save(key, list, most, ttl_ms)
  while #list > most do table.remove(list) end
  if #list == 0 then redis.call('DEL', key) return end
  local left = redis.call('PTTL', key)
  redis.call('SET', key, table.concat(list), 'PX', math.max(left, ttl_ms))
end
