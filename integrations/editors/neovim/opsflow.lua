-- Boards of opsflow in Neovim 0.11 or newer. Put this file into ~/.config/nvim/plugin/.

-- The board that a file belongs to; other YAML files get no server.
local function in_board(buffer, start)
  local root = vim.fs.root(buffer, "opsflow.yaml")
  if root then
    start(root)
  end
end

-- All rules as you type, completion, references: needs `pip install 'opsflow[lsp]'`.
vim.lsp.config("opsflow", {
  cmd = { "opsflow", "lsp" },
  filetypes = { "yaml" },
  root_dir = in_board,
})
vim.lsp.enable("opsflow")

-- Keys and values by the schemas that `opsflow schema --write .opsflow` writes: needs yaml-language-server.
vim.lsp.config("opsflow_schemas", {
  cmd = { "yaml-language-server", "--stdio" },
  filetypes = { "yaml" },
  root_dir = in_board,
  settings = {
    yaml = {
      schemas = {
        ["./.opsflow/item.schema.json"] = { "items/**/*.yaml", "archive/**/*.yaml" },
        ["./.opsflow/board.schema.json"] = "opsflow.yaml",
        ["./.opsflow/people.schema.json"] = "people.yaml",
        ["./.opsflow/catalog.schema.json"] = "catalog.yaml",
      },
    },
  },
})
if vim.fn.executable("yaml-language-server") == 1 then
  vim.lsp.enable("opsflow_schemas")
end
