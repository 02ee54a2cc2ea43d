//! Symbols of programming languages: a small file of each, with the paths under which its passages stand.

use crate::passages::check;

#[test]
fn symbols_of_ruby() {
    check(
        "ruby.rb",
        include_str!("../fixtures/code/ruby.rb"),
        400,
        r#"
1-3 [] # frozen_string_literal: true … require "json"
5-7 [module Billing] # Prices and what they are counted in. … VAT = 0.19
9-11 [module Billing > class Invoice] # An invoice with its lines. … attr_reader :lines
13-17 [module Billing > class Invoice > def initialize] # Builds an invoice without any line. … end
19-22 [module Billing > class Invoice > def total] # The sum of all lines, with tax. … end
24-29 [module Billing > class Invoice > def self.parse] # Reads an invoice from JSON. … end
31-34 [def greet] # Prints a greeting. … end
"#,
    );
}

#[test]
fn symbols_of_php() {
    check(
        "php.php",
        include_str!("../fixtures/code/php.php"),
        400,
        "
1-6 [] <?php … use DateTimeImmutable;
8-10 [interface Priced] /** Something that has a price. */ … {
11-13 [interface Priced > method price] /** The price in cents. */ … }
15-21 [class Invoice] /** … private array $lines = [];
23-26 [class Invoice > method __construct] /** Builds an invoice for a day. */ … }
28-33 [class Invoice > method price] /** The sum of all lines. */ … }
35-39 [function format_cents] /** Formats cents. */ … }
",
    );
}

#[test]
fn symbols_of_bash() {
    check(
        "bash.sh",
        include_str!("../fixtures/code/bash.sh"),
        400,
        r#"
1-4 [] #!/usr/bin/env bash … BACKUP_DIR=/var/backups
6-9 [function log] # Says what happens, on standard error. … }
11-16 [function backup] # Copies one folder into the backups. … }
18-20 [] for folder in "$@"; do … done
"#,
    );
}

#[test]
fn symbols_of_lua() {
    check(
        "lua.lua",
        include_str!("../fixtures/code/lua.lua"),
        400,
        r#"
1-5 [] local json = require("json") … Queue.__index = Queue
7-10 [function Queue.new] --- Creates an empty queue. … end
12-16 [function Queue:push] --- Adds a job at the end. … end
18-21 [function Queue.on_job] -- Called for each job. … end
23-26 [function encode] --- Encodes a job. … end
28 [] return setmetatable(Queue, { __call = encode })
"#,
    );
}

#[test]
fn symbols_of_elixir() {
    check(
        "elixir.ex",
        include_str!("../fixtures/code/elixir.ex"),
        400,
        r#"
1-8 [defmodule Shop.Cart] defmodule Shop.Cart do … defstruct items: [], owner: nil
10-14 [defmodule Shop.Cart > def add(cart, %Item{} = item)] @doc "Adds an item to the cart." … end
16-17 [defmodule Shop.Cart > defp sum(items)] # Sums the prices. … defp sum(items), do: Enum.reduce(items, 0, fn item, total -> item.price + total end)
19 [defmodule Shop.Cart > defmodule Line] defmodule Line do
20-23 [defmodule Shop.Cart > defmodule Line > def show(line)] @doc "Shows one line." … end
"#,
    );
}

#[test]
fn symbols_of_r() {
    check(
        "r.R",
        include_str!("../fixtures/code/r.R"),
        400,
        "
1 [] library(stats)
3-10 [function middle_mean] #' Mean of the middle part. … }
12-15 [function count_missing] # Counts what is missing. … }
17-18 [] values <- c(1, 2, NA, 4) … print(middle_mean(values))
",
    );
}

#[test]
fn symbols_of_zig() {
    check(
        "zig.zig",
        include_str!("../fixtures/code/zig.zig"),
        400,
        r#"
1-3 [] //! A list of numbers. … const std = @import("std");
5-8 [const Point] /// A point in the plane. … y: f64,
10-14 [const Point > fn length] /// Distance from the origin. … };
16-17 [const Colour] /// Colours that are known. … const Colour = enum { red, green, blue };
19-22 [fn add] /// Adds two numbers. … }
24-26 [test "adding works"] test "adding works" { … }
"#,
    );
}

#[test]
fn symbols_of_dart() {
    check(
        "dart.dart",
        include_str!("../fixtures/code/dart.dart"),
        400,
        "
1 [] import 'dart:math';
3-4 [class Shape] /// A shape with an area. … abstract class Shape {
5-7 [class Shape > double area()] /// The area. … }
9-11 [class Circle] /// A circle. … final double radius;
13-14 [class Circle > Circle(this.radius)] /// Builds a circle of a radius. … Circle(this.radius);
16-21 [class Circle > double area()] /// The area of the circle. … }
23-24 [enum Style] /// How a shape is drawn. … enum Style { filled, outlined }
26-27 [extension ShapeSum] /// Helps with shapes. … extension ShapeSum on List<Shape> {
28-30 [extension ShapeSum > double sum()] /// The sum of all areas. … }
32-35 [void main(List<String> arguments)] /// Starts the program. … }
",
    );
}

#[test]
fn symbols_of_powershell() {
    check(
        "powershell.ps1",
        include_str!("../fixtures/code/powershell.ps1"),
        400,
        r"
1-4 [] using namespace System.IO … $BackupFolder = 'C:\Backups'
6-13 [function Copy-Folder] <# … }
15-17 [class Job] # A job of the queue. … [string]$Name
19-23 [class Job > method Run] # Runs the job. … }
25-29 [enum Day] # Days of the week. … }
",
    );
}

#[test]
fn symbols_of_hcl() {
    check(
        "hcl.tf",
        include_str!("../fixtures/code/hcl.tf"),
        400,
        r#"
1-4 [terraform] # Where the state is kept. … }
6-13 [resource "aws_vpc" "main"] # The network that everything is in. … }
15-18 [resource "aws_vpc" "main" > timeouts] timeouts { … }
20-23 [variable "region"] variable "region" { … }
"#,
    );
}

#[test]
fn symbols_of_protobuf() {
    check(
        "protobuf.proto",
        include_str!("../fixtures/code/protobuf.proto"),
        400,
        r#"
1-5 [] syntax = "proto3"; … import "google/protobuf/timestamp.proto";
7-9 [message Customer] // A person who buys. … string id = 1;
11-15 [message Customer > message Address] // Where goods are sent. … }
17-18 [message Customer] repeated Address addresses = 2; … }
20-24 [enum OrderState] // How far an order is. … }
26-27 [service Customers] // Finds and stores customers. … service Customers {
28-30 [service Customers > rpc GetCustomer] // Returns one customer. … }
"#,
    );
}
