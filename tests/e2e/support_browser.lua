--- A headless Chromium for tests of pages: finds it and opens a file in it. It has no network, because no
-- name resolves.

local core = require "bakeoff.core"

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local support = dofile(here .. "support_command.lua")

local browser = {}

local NAMES = { "chromium", "chromium-browser", "google-chrome" }
local LIMIT_S = 120 -- on an idle machine it takes a second or two

--- The reason for lu.skipIf when there is none.
browser.MISSING = "no Chromium is installed (package chromium)"

--- The program's path, or nil.
function browser.find()
   for _, name in ipairs(NAMES) do
      local path = core.program_find(name)
      if path then
         return path
      end
   end
end

--- Opens a file in it; `profile` is a folder for its own files. → { stdout, stderr, code }
function browser.run(page, profile, ...)
   local words = { "timeout", ("%d"):format(LIMIT_S), browser.find(), "--headless=new", "--no-sandbox",
      "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage", "--no-first-run",
      "--host-resolver-rules=MAP * ~NOTFOUND",
      "--allow-file-access-from-files", "--virtual-time-budget=3000", "--user-data-dir=" .. profile, ... }
   words[#words + 1] = "file://" .. page
   return support.run(words)
end

return browser
