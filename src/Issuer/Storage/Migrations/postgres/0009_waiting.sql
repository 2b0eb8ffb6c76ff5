-- A planner uses a partial index where the query says the very words of the index: one for each queue of orders.
DROP INDEX card_orders_waiting;
CREATE INDEX card_orders_proposed ON card_orders (centre, id) WHERE state = 'proposed';
CREATE INDEX card_orders_appealed ON card_orders (id) WHERE state = 'appealed';
