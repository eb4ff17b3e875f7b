// Run in a page beside run folders (support_page.lua): what tools like Lighthouse look for in report.html, at both
// widths. The theme is the browser's.
(function () {
  function shown(element) { return element.checkVisibility() && element.getClientRects().length > 0; }

  function style(element) { return element.ownerDocument.defaultView.getComputedStyle(element); }

  // --- contrast ----------------------------------------------------------------------------------------------

  // The parts of a computed colour; the last is how opaque it is.
  function parts(colour) {
    var list = (colour.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
    return list.length < 4 ? list.concat(1) : list;
  }

  function luminance(colour) {
    return colour.slice(0, 3).reduce(function (sum, value, index) {
      var part = value / 255;
      return sum + [0.2126, 0.7152, 0.0722][index]
        * (part <= 0.03928 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
    }, 0);
  }

  // What is painted behind a word: the nearest area of a drawing below it, or the nearest background.
  function ground(element, at) {
    var one, behind = element.ownerDocument.elementsFromPoint(at.left + at.width / 2, at.top + at.height / 2);
    if (behind.indexOf(element) < 0) { // scrolled out of view, or cut off
      for (behind = [], one = element; one; one = one.parentElement) { behind.push(one); }
    }
    behind = behind.slice(behind.indexOf(element)).filter(function (one) {
      return one.tagName !== "g" && !one.closest("text, .hover, .veil")
        && (!one.closest(".bar") || one.contains(element));
    });
    for (one of behind) {
      var look = style(one), paint = one.closest("svg") && one.tagName !== "svg" ? look.fill : look.backgroundColor;
      if (paint !== "none" && parts(paint)[3] === 1) { return parts(paint); }
    }
    return [255, 255, 255, 1];
  }

  // Words whose contrast is below 4.5, and how many there are; those on areas of drawings are counted, too.
  function faint(page) {
    var found = { words: [], count: 0, on_areas: 0 }, range = page.createRange(), node;
    var walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
    while ((node = walker.nextNode())) {
      var element = node.parentElement;
      if (!/\S/.test(node.data) || element.closest("script, title, style") || !shown(element)) { continue; }
      range.selectNodeContents(node);
      var at = range.getBoundingClientRect();
      if (at.width < 2 || at.height < 2) { continue; } // for screen readers
      if (element.closest("svg.chart") && at.bottom < element.closest("svg.chart").getBoundingClientRect().top) {
        continue; // the title of the first chart, which the page has as its heading
      }
      var letters = luminance(parts(element.closest("svg") ? style(element).fill : style(element).color));
      var behind = ground(element, at), paper = luminance(behind);
      var ratio = (Math.max(letters, paper) + 0.05) / (Math.min(letters, paper) + 0.05);
      found.count += 1;
      found.on_areas += element.closest("svg") && String(behind) !== String(parts(style(page.body).backgroundColor));
      if (ratio < 4.5) { found.words.push(ratio.toFixed(2) + " " + node.data.trim().slice(0, 40)); }
    }
    return found;
  }

  // --- keyboard, names, structure ----------------------------------------------------------------------------

  var FOCUSABLE = "a[href], button:enabled, summary, input, [tabindex]";

  // Where the Tab key goes, as far as it is about charts: ids of figures in order. Then what disturbs its way.
  function tab_order(page) {
    var order = [], skipped = [];
    all(page, FOCUSABLE).filter(shown).forEach(function (one) {
      one.focus({ preventScroll: true });
      if (page.activeElement !== one) { skipped.push(one.outerHTML.slice(0, 80)); }
      var figure = one.closest("figure");
      if (figure && order[order.length - 1] !== figure.id) { order.push(figure.id); }
    });
    return { charts: order, skipped: skipped, figures: all(page, "figure").map(function (one) { return one.id; }),
      jumps: all(page, "[tabindex]").filter(function (one) { return one.tabIndex > 0; }).length };
  }

  // Without a visible frame nobody knows where the focus is.
  function frameless(page) {
    return all(page, FOCUSABLE).filter(shown).filter(function (one) {
      one.focus({ preventScroll: true, focusVisible: true });
      return style(one).outlineStyle === "none";
    }).map(function (one) { return one.outerHTML.slice(0, 80); });
  }

  function name_of(element) {
    var label = element.getAttribute("aria-label") || element.textContent;
    return (element.labels && element.labels[0] ? element.labels[0].textContent : label).trim();
  }

  function outer(list) { return list.map(function (one) { return one.outerHTML.slice(0, 100); }); }

  function repeated(list) {
    return list.filter(function (one, index) { return list.indexOf(one) !== index; });
  }

  function is_lone(table) {
    var head = table.tHead, rows = all(table, "tbody tr"), region = table.closest("[role=region]");
    return !region || !name_of(region) || rows.some(function (row) {
      return row.cells[0].tagName !== "TH" || row.cells[0].scope !== "row" || !row.cells[0].textContent.trim()
        || head && row.cells.length !== head.rows[0].cells.length;
    }) || head && all(head, "th").some(function (cell) { return cell.scope !== "col" || !cell.textContent.trim(); });
  }

  function structure(page) {
    var ids = all(page, "[id]").map(function (one) { return one.id; });
    return {
      lang: page.documentElement.lang, title: page.title,
      headings: all(page, "h1, h2, h3, h4").map(function (one) { return Number(one.tagName.slice(1)); }),
      landmarks: ["header", "nav", "main", "footer"].map(function (name) { return all(page, name).length; }),
      nameless: outer(all(page, "a, button, summary, input, [role=img], [role=region], [role=group]")
        .filter(function (one) { return !name_of(one); })),
      regions: repeated(all(page, "[role=region]").map(name_of)), ids: repeated(ids),
      dangling: all(page, "a[href^='#']").map(function (one) { return one.hash.slice(1); })
        .filter(function (id) { return ids.indexOf(id) < 0; }),
      tables: all(page, "table").length, lone: outer(all(page, "table").filter(is_lone)),
      strays: outer(all(page, "dl > :not(div):not(dt):not(dd), ul > :not(li), tr > :not(td):not(th)")),
      labels: all(page, "svg.chart").map(function (one) { return one.getAttribute("aria-label"); }),
      hidden: outer(all(page, "[aria-hidden] a, [aria-hidden] button"))
    };
  }

  // Targets of a finger that are lower or narrower than 24 pixels and stand in no sentence.
  function small(page) {
    return outer(all(page, "nav a, button, summary, .choose label").filter(shown).filter(function (one) {
      var box = one.getBoundingClientRect();
      return Math.min(box.width, box.height) < 24;
    }));
  }

  function look(page, frame_of) {
    all(page, "details").forEach(function (one) { one.open = !one.matches(".choose"); });
    frame_of.style.height = page.documentElement.scrollHeight + "px"; // elements are only found in view
    var found = { faint: faint(page), structure: structure(page), tab: tab_order(page), frameless: frameless(page),
      small: small(page), width: page.documentElement.clientWidth, needs: page.documentElement.scrollWidth };
    page.querySelector(".choose").open = true;
    found.choice = faint(page).words;
    return found;
  }

  var found = {}, names = ["quiet", "noisy"], widths = [1280, 390];
  names.reduce(function (before, name) {
    return widths.reduce(function (earlier, width) {
      return earlier.then(function () { return frame(name + "/report.html", width, 900, true); })
        .then(function (page) { found[name + width] = look(page, page.defaultView.frameElement); });
    }, before);
  }, Promise.resolve()).then(function () { say(found); }, say);
})();
