// What report.html has besides sorting: tables are copied as text, links open what is folded, and nothing is
// folded on paper. Newer browsers do the last two alone.
(function () {
  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }

  function rows(table) {
    return Array.prototype.filter.call(table.rows, function (row) {
      return getComputedStyle(row).display !== "none"; // the reader's choice of contenders
    }).map(function (row) {
      return Array.prototype.map.call(row.cells, function (cell) {
        return cell.textContent.replace(/\u00a0/g, " ").trim();
      });
    });
  }

  function markdown(list) {
    var lines = list.map(function (row) {
      return "| " + row.map(function (text) { return text.replace(/([\\|])/g, "\\$1"); }).join(" | ") + " |";
    });
    lines.splice(1, 0, "|" + list[0].map(function () { return " --- |"; }).join(""));
    return lines.join("\n") + "\n";
  }

  function csv(list) {
    return list.map(function (row) {
      return row.map(function (text) {
        return /[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
      }).join(",");
    }).join("\n") + "\n";
  }

  function json(list) {
    return JSON.stringify(list.slice(1).map(function (row) {
      var entry = {};
      row.forEach(function (text, index) { entry[list[0][index]] = text; });
      return entry;
    }), null, 2) + "\n";
  }

  // Without the clipboard's permission, what is selected can be copied.
  function copy(text) {
    var area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed"; // so that the page doesn't move
    document.body.appendChild(area);
    area.select();
    var done = document.execCommand("copy");
    document.body.removeChild(area);
    return done;
  }

  function button(name, form, table, said) {
    var element = document.createElement("button");
    element.type = "button";
    element.textContent = name;
    element.addEventListener("click", function () {
      said.textContent = copy(form(rows(table))) ? "Copied as " + name + "." : "The browser refused to copy.";
      element.focus({ preventScroll: true });
    });
    return element;
  }

  function enable(table) {
    var line = document.createElement("p"), said = document.createElement("span");
    line.className = "copy";
    said.setAttribute("role", "status");
    line.appendChild(document.createTextNode("Copy this table as "));
    [["Markdown", markdown], ["CSV", csv], ["JSON", json]].forEach(function (pair) {
      line.appendChild(button(pair[0], pair[1], table, said));
      line.appendChild(document.createTextNode(" "));
    });
    line.appendChild(said);
    table.parentNode.insertAdjacentElement("afterend", line);
  }

  function reveal() {
    var target = document.getElementById(location.hash.slice(1)), at = target;
    for (; at; at = at.parentElement) {
      if (at.tagName === "DETAILS" && !at.open) {
        at.open = true;
        target.scrollIntoView();
      }
    }
  }

  var unfolded = [];
  window.addEventListener("beforeprint", function () {
    unfolded = all("details:not([open])");
    unfolded.forEach(function (one) { one.open = true; });
  });
  window.addEventListener("afterprint", function () {
    unfolded.forEach(function (one) { one.open = false; });
  });
  window.addEventListener("hashchange", reveal);
  all("table.sortable").forEach(enable);
  reveal();
})();
