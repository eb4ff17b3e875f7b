--- Text cells: Markdown as HTML in which nothing runs, and Lua with colours.
local lu = require "luaunit"
local addresses = require "bakeoff.notebook.html.addresses"
local core = require "bakeoff.core"
local highlight = require "bakeoff.notebook.html.highlight"
local markdown = require "bakeoff.notebook.html.markdown"

local function html(text, context)
   context = context or { folder = "/nowhere", ids = {}, contents = {} }
   return markdown.html(text, context), context
end

TestPieces = {}

function TestPieces.test_pieces_have_kinds_and_fields()
   local pieces = core.markdown_parse "## *a*\n\n[x](y \"z\")"
   lu.assertEquals(pieces[1], { what = "open", kind = "heading", number = 2 })
   lu.assertEquals(pieces[3], { what = "text", kind = "plain", text = "a" })
   lu.assertEquals(pieces[7], { what = "open", kind = "link", address = "y", title = "z" })
   lu.assertEquals(core.markdown_parse "", {})
   lu.assertErrorMsgContains("string expected", core.markdown_parse)
end

function TestPieces.test_a_zero_byte_becomes_a_replacement_character()
   lu.assertEquals(core.markdown_parse("a\0b")[3], { what = "text", kind = "plain", text = "\u{fffd}" })
end

TestHtml = {}

local SAME = {
   { "plain *stress* **strong** `a<b`",
      "<p>plain <em>stress</em> <strong>strong</strong> <code>a&lt;b</code></p>\n" },
   { "- [x] done\n- [ ] open", "<ul><li>\u{2611} done</li>\n<li>\u{2610} open</li>\n</ul>\n" },
   { "3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>\n' },
   { "> quoted\n\n---", "<blockquote><p>quoted</p>\n</blockquote>\n<hr>\n" },
   { "~~no~~ &copy; &#65; &#x42;&#0;", "<p><del>no</del> &copy; A B\u{fffd}</p>\n" },
   { "one\ntwo  \nthree", "<p>one\ntwo<br>\nthree</p>\n" },
   { "```\na & b\n  c\n```", "<pre><code>a &amp; b\n  c\n</code></pre>\n" },
   { "```brainfuck\n+[<>]\n```", "<pre><code>+[&lt;&gt;]\n</code></pre>\n" },
   { "    indented\tcode", "<pre><code>indented\tcode\n</code></pre>\n" },
   { "[a](#b) <https://c.org/?d=1&e=2>",
      '<p><a href="#b">a</a> <a href="https://c.org/?d=1&amp;e=2">https://c.org/?d=1&amp;e=2</a></p>\n' },
   { '[a](x.md "a \\"title\\"")', '<p><a href="x.md" title="a &quot;title&quot;">a</a></p>\n' },
   { "[a](http://b/?c=1&amp;d=2)", '<p><a href="http://b/?c=1&amp;d=2">a</a></p>\n' },
}

function TestHtml.test_elements()
   for _, case in ipairs(SAME) do
      lu.assertEquals(html(case[1]), case[2], case[1])
   end
end

function TestHtml.test_tables_keep_their_alignment()
   local text = html "| a | b |\n|:--|--:|\n| 1 | 2 |"
   lu.assertStrContains(text, '<th class="left">a</th><th class="right">b</th>')
   lu.assertStrContains(text, '<td class="left">1</td><td class="right">2</td>')
end

function TestHtml.test_headings_have_ids_of_their_own_and_are_listed()
   local text, context = html "# How *much*?\n\n## Größe\n\n## How much\n\n## ?"
   lu.assertStrContains(text, '<h1 id="section-how-much">How <em>much</em>?</h1>')
   lu.assertEquals(context.contents, {
      { level = 1, id = "section-how-much", title = "How much?" },
      { level = 2, id = "section-größe", title = "Größe" },
      { level = 2, id = "section-how-much-2", title = "How much" },
      { level = 2, id = "section-", title = "?" } })
end

-- What must never come through: tags, event handlers, schemes that run something.
local HOSTILE = {
   "<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b", "<iframe src='//x'></iframe>",
   "[a](javascript:alert(1))", "[a](JaVaScript:alert(1))", "[a](java&Tab;script:alert(1))",
   "[a](javascript&colon;alert(1))", "[a](&#106;avascript:alert(1))", "[a](<java\tscript:alert(1)>)",
   "[a](&#1;javascript:alert(1))", "[a](data:text/html;base64,PHNjcmlwdD4=)", "[a](vbscript:x)",
   "![a](javascript:alert(1))", "![a](data:image/svg+xml,<svg/onload=alert(1)>)", "<javascript:alert(1)>",
   "[a]: javascript:alert(1)\n\n[a]", '[a](x "\\"onmouseover=alert(1)")',
   '![" onerror="alert(1)](x.png)', "```lua\n</code><script>alert(1)</script>\n```",
   "```\"><script>\nx\n```", "# <b onclick=x>\n\n`</code><script>`",
}

function TestHtml.test_nothing_in_a_text_cell_runs()
   for _, source in ipairs(HOSTILE) do
      local text = html(source)
      for tag in text:gmatch "<[^>]*>" do
         local name = tag:match "^</?(%w+)"
         lu.assertNotNil(({ p = 1, a = 1, pre = 1, code = 1, i = 1, h1 = 1 })[name], source .. " → " .. text)
         lu.assertNil(tag:gsub('"[^"]*"', ""):find "%f[%w]on%w+%s*=", source .. " → " .. text)
         lu.assertNil((tag:match 'href="([^"]*)"' or ""):lower():find "script:", source .. " → " .. text)
         lu.assertNil((tag:match 'href="([^"]*)"' or ""):find "^data:", source .. " → " .. text)
      end
   end
end

function TestHtml.test_nesting_without_end_is_no_trouble()
   lu.assertStrContains(html((">"):rep(3000) .. " deep"), "deep")
   lu.assertStrContains(html(("*a "):rep(3000) .. ("["):rep(3000)), "*a")
end

TestPictures = {}

local function folder_with(name, content)
   local folder = os.tmpname()
   os.remove(folder)
   assert(core.mkdirs(folder .. "/x.files"))
   assert(core.store(folder .. "/" .. name, content))
   return folder
end

function TestPictures.test_a_picture_beside_the_notebook_becomes_part_of_the_page()
   local folder = folder_with("x.files/a b.png", "\x89PNG")
   local text, context = html("![a *nice* picture](x.files/a%20b.png)",
      { folder = folder, ids = {}, contents = {} })
   core.remove_tree(folder)
   lu.assertEquals(text, '<p><img src="data:image/png;base64,iVBORw==" alt="a nice picture"></p>\n')
   lu.assertTrue(context.has_images)
end

function TestPictures.test_others_become_links()
   local folder = folder_with("secret.png", "x")
   local inside = { folder = folder .. "/x.files", ids = {}, contents = {} }
   lu.assertNil(addresses.picture("../secret.png", inside.folder))
   lu.assertNil(addresses.picture("%2e%2e/secret.png", inside.folder))
   lu.assertNil(addresses.picture(folder .. "/secret.png", inside.folder))
   lu.assertEquals(addresses.picture("secret.png", folder), "data:image/png;base64,eA==")
   lu.assertEquals(html("![a](https://b.org/c.png)", inside), '<p><a href="https://b.org/c.png">a</a></p>\n')
   lu.assertEquals(html("![](gone.png)", inside), '<p><a href="gone.png">gone.png</a></p>\n')
   lu.assertEquals(html("[![a](gone.png)](b)", inside), '<p><a href="b">a</a></p>\n')
   core.remove_tree(folder)
end

TestColours = {}

local COLOURED = {
   { "local x = 1", '<i class="k">local</i> x = <i class="n">1</i>' },
   { "a.locals = 0x1Fp3 -- if", 'a.locals = <i class="n">0x1Fp3</i> <i class="c">-- if</i>' },
   { "f'a\\'b' g\"<\"", 'f<i class="s">&#39;a\\&#39;b&#39;</i> g<i class="s">&quot;&lt;&quot;</i>' },
   { "[==[a]]\nb]==] --[[c\nd]] e", '<i class="s">[==[a]]\nb]==]</i> <i class="c">--[[c\nd]]</i> e' },
   { "'open\nreturn", '<i class="s">&#39;open</i>\n<i class="k">return</i>' },
   { "t[1] = .5..x", 't[<i class="n">1</i>] = <i class="n">.5..x</i>' },
   { "--[[ never", '<i class="c">--[[ never</i>' },
   { "", "" },
}

function TestColours.test_lua()
   for _, case in ipairs(COLOURED) do
      lu.assertEquals(highlight.lua(case[1]), case[2], case[1])
   end
end

os.exit(lu.LuaUnit.run(), true)
