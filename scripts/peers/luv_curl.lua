-- Downloads pages with libuv's thread pool (luv) and libcurl (lua-curl), and stores each as a file.
--
-- usage: lua5.1 luv_curl.lua URLS WORKERS OUT
-- Debian builds lua-curl for Lua 5.1 and 5.2 only, and without libcurl's multi interface. So each transfer
-- blocks a thread of the pool, while the loop hands out URLs and receives the results.

local uv = require "luv"

local url_file, workers, out = arg[1], tonumber(arg[2]), arg[3]

local function die(message)
   io.stderr:write("luv_curl.lua: ", message, "\n")
   os.exit(1)
end

-- Runs in a thread, in a separate Lua state without access to this file. Returns an error message or "".
local function download(url, path)
   local curl = require "curl"
   -- luacheck: push ignore (a global: the state lives on, and with it the connection)
   easy = easy or curl.easy_init()
   local transfer = easy
   -- luacheck: pop
   local status, parts = nil, {}
   transfer:setopt(curl.OPT_URL, url)
   transfer:setopt(curl.OPT_NOSIGNAL, 1)
   transfer:setopt(curl.OPT_HEADERFUNCTION, function(line)
      status = line:match("^HTTP/%S+ (%d+)") or status
      return #line
   end)
   transfer:setopt(curl.OPT_WRITEFUNCTION, function(part)
      parts[#parts + 1] = part
      return #part
   end)
   local code, message = transfer:perform()
   if code ~= 0 then
      return url .. ": " .. tostring(message)
   elseif status ~= "200" then
      return url .. ": status " .. tostring(status)
   end
   local file, why = io.open(path, "wb")
   if not file then
      return why
   end
   file:write(table.concat(parts))
   file:close()
   return ""
end

if not workers or workers < 1 or workers > 1024 then
   die(("WORKERS: libuv's pool has 1 to 1024 threads, not %s"):format(tostring(arg[2])))
end
uv.os_setenv("UV_THREADPOOL_SIZE", tostring(workers)) -- read when the first work is queued

local work = uv.new_work(download, function(message)
   if message ~= "" then
      die(message or "a thread failed") -- luv has written the error itself
   end
end)

local count = 0
for url in io.lines(url_file) do
   count = count + 1
   work:queue(url, ("%s/%d"):format(out, count))
end
uv.run()
