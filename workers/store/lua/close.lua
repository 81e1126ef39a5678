-- KEYS: the URL's pages, then its articles, then, if something is learned, the last pages of its site. ARGV: entry (its status and past
-- final), what to do (c: confirm, g: give up), time in ms, most entries; then, if something is learned, the page as the site's list keeps
-- it, the list's most pages, and its time in s.
local articles = #KEYS
if ARGV[5] then
  redis.call('LPUSH', KEYS[articles], ARGV[5])
  redis.call('LTRIM', KEYS[articles], 0, tonumber(ARGV[6]) - 1)
  redis.call('EXPIRE', KEYS[articles], ARGV[7])
  articles = articles - 1
end
local entry = ARGV[1]
local list, kept, place = entries(redis.call('GET', KEYS[1]) or ''), {}, nil
for i = 1, #list do
  if string.sub(list[i], 1, 28) == string.sub(entry, 1, 28) then
    place = place or #kept + 1
  else
    kept[#kept + 1] = list[i]
  end
end
if ARGV[2] == 'g' then
  save(KEYS[1], kept, tonumber(ARGV[4]), 1)
  return 0
end
place = place or 1
-- Of pages that brought the same articles in other bytes, the latest is enough.
if string.sub(entry, 41, 41) == 's' and kept[place] and string.sub(kept[place], 41, 41) == 's' then table.remove(kept, place) end
table.insert(kept, place, entry)
save(KEYS[1], kept, tonumber(ARGV[4]), tonumber(ARGV[3]))
for i = 2, articles do redis.call('PEXPIRE', KEYS[i], ARGV[3]) end
return 1
