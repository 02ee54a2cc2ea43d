# The words people type; the logic is in `xtask`.

# List the words
default:
    @just --list

# Formatting, repository rules, layers, lints
check:
    cargo xtask ci --only fmt --only tidy --only layers --only clippy

# Every test, with a count at the end
test:
    cargo xtask test

# Rustdoc without warnings, then the README's and the book's commands
docs:
    cargo xtask ci --only rustdoc --only docs

# Write the references generated from code; a diff shows what changed in the interface
api:
    cargo xtask codegen

# Benchmarks, with their medians below target/bench
bench:
    cargo xtask bench
