--- Which files are a page's own: no others are replaced, and no others are removed. A page is known by its
-- record (record.lua) or, without one, by its first line; its further forms by the record alone.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"
local record = require "bakeoff.notebook.record"

local owned = {}

local HEAD = "<!-- Woven from %s by bakeoff notebook run. Edit that file: what is changed here is lost. -->"

-- Two hyphens would end the comment.
local function apart(hyphens) return ("- "):rep(#hyphens - 1) .. "-" end

--- The first line of a page. source: the notebook as seen from the page's folder
function owned.head(source) return HEAD:format((source:gsub("%c", "?"):gsub("%-%-+", apart))) end

--- The path of a further form of the page. ending: see writers.lua
function owned.form(where, ending) return where.page:gsub("%.md$", "") .. ending end

--- The name under which a record has a further form.
function owned.form_name(path) return path:match "[^/]*$" end

local function begins_with_head(content, where)
   local head = owned.head(where.source)
   return content:sub(1, #head) == head
end

local KEPT = "%s was %s; %s keeps it as it was"

-- What is to be replaced, and isn't as it was written, may be somebody's work.
local function keep_edited(where, path, content, digest, say)
   local copy = where.work .. "/edited" .. path:match "%.%w+$"
   local ok, message = files.write(copy, content)
   if not ok then
      failure.trial("%s can't be written (%s)", copy, message)
   end
   say(KEPT:format(path, digest and "edited by hand" or "woven, but its record is gone", copy))
end

-- digest: of the file as it was written; nil if there is no record of it
local function check_file(where, path, digest, say)
   local kind = core.file_kind(path)
   if kind and kind ~= "file" then
      failure.usage("%s is %s; move it, or choose another folder with --out", path,
         kind == "folder" and "a folder" or "no regular file")
   end
   local content, message = nil, nil
   if kind then
      content, message = files.read(path)
   end
   if message then
      failure.usage("%s can't be read (%s); move it, or choose another folder with --out", path, message)
   elseif content and not digest and not begins_with_head(content, where) then
      failure.usage("%s exists, and there is no record that bakeoff wrote it; move it, or choose another "
         .. "folder with --out", path)
   elseif content and (not digest or record.digest(content) ~= digest) then
      keep_edited(where, path, content, digest, say)
   end
end

--- Makes sure that a page and its forms may be replaced, and keeps copies of those that were edited. where:
-- from place.of; known: the record that is there, or nil; writers: of the forms that will be written. Raises
-- (usage) if a file isn't the page of this notebook.
function owned.check(where, known, writers, say)
   if known and known.notebook ~= where.source then
      failure.usage("%s is the page of %s; choose another folder with --out", where.page, known.notebook)
   end
   check_file(where, where.page, known and known.page_sha256, say)
   for _, writer in ipairs(writers) do
      local path = owned.form(where, writer.ending)
      check_file(where, path, known and (known.forms or {})[owned.form_name(path)], say)
   end
end

-- --- for `clean` ----------------------------------------------------------------------------------

local function add(list, path)
   if core.file_kind(path) then
      list[#list + 1] = path
   end
end

-- Is this file as it was written?
local function is_as_written(path, digest)
   local content = core.file_kind(path) == "file" and files.read(path)
   return content and record.digest(content) == digest
end

--- The page and its forms, as far as nobody has edited them. → list of paths, list of those that were edited
function owned.pages(where, known)
   local own, edited = {}, {}
   local function sort(path, digest) add(is_as_written(path, digest) and own or edited, path) end
   sort(where.page, known.page_sha256)
   for name, digest in pairs(known.forms or {}) do
      if not name:find "/" then
         sort(where.page:gsub("[^/]*$", "") .. name, digest)
      end
   end
   return own, edited
end

--- The run folders beside a page. used: set of names to leave out
function owned.runs(where, used)
   local list = {}
   for _, name in ipairs(core.list(where.runs) or {}) do
      local path = where.runs .. "/" .. name
      if not used[name] and core.file_kind(path .. "/manifest.json") then
         list[#list + 1] = path
      end
   end
   return list
end

--- The drawings that the page shows.
function owned.pictures(where, known)
   local list = {}
   for name in pairs(known.pictures or {}) do
      if name:find "^[^/]+%.svg$" then
         add(list, where.files .. "/" .. name)
      end
   end
   return list
end

return owned
