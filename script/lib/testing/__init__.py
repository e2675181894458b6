"""The runner behind script/test: sections, each counted by what its tests say of themselves."""
