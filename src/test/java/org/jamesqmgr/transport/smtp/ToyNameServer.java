/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * A name server on the loopback that answers from a script. A name it does not know does not exist; one it knows has nothing
 * of the kinds it was not told of.
 */
public final class ToyNameServer implements AutoCloseable {

    private static final int LARGEST_QUESTION = 1500;
    private static final long TTL = 60;

    private final DatagramSocket socket;
    private final Map<String, List<Record>> records = new ConcurrentHashMap<>();
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();
    private final List<String> silent = new CopyOnWriteArrayList<>();
    private final List<String> questions = new CopyOnWriteArrayList<>();

    public ToyNameServer() throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread thread = new Thread(this::serve, "toy-name-server");
        thread.setDaemon(true);
        thread.start();
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** Knows a name, and these records of it: {@code MX 10 mx.example.}, {@code A 192.0.2.1}. */
    public ToyNameServer knows(String name, String... data) {
        records.computeIfAbsent(name, absent -> new CopyOnWriteArrayList<>())
                .addAll(Arrays.stream(data).map(text -> record(name, text)).toList());
        return this;
    }

    /**
     * Has a question fail.
     *
     * @param question name and type, as {@code a.example MX}
     * @param rcode what the answer says
     */
    public ToyNameServer fails(String question, int rcode) {
        failures.put(question, rcode);
        return this;
    }

    /** The failure is over. */
    public ToyNameServer worksAgainFor(String question) {
        failures.remove(question);
        return this;
    }

    public ToyNameServer keepsSilentOn(String question) {
        silent.add(question);
        return this;
    }

    /** What was asked so far, as {@code a.example MX}. */
    public List<String> questions() {
        return new ArrayList<>(questions);
    }

    @Override
    public void close() {
        socket.close();
    }

    private void serve() {
        byte[] buffer = new byte[LARGEST_QUESTION];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                answer(packet);
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void answer(DatagramPacket packet) throws IOException {
        Message question = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
        String name = question.getQuestion().getName().toString(true);
        String text = name + " " + Type.string(question.getQuestion().getType());
        questions.add(text);
        if (!silent.contains(text)) {
            byte[] answer = answer(question, name, text).toWire();
            socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
    }

    private Message answer(Message question, String name, String text) {
        Message answer = new Message(question.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RA);
        answer.addRecord(question.getQuestion(), Section.QUESTION);
        Integer failure = failures.get(text);
        if (failure != null) {
            answer.getHeader().setRcode(failure);
        } else if (!records.containsKey(name)) {
            answer.getHeader().setRcode(Rcode.NXDOMAIN);
        } else {
            addRecords(answer, name, question.getQuestion().getType());
        }
        return answer;
    }

    /** An alias is followed, as servers do that look things up for others. */
    private void addRecords(Message answer, String name, int type) {
        for (Record record : records.getOrDefault(name, List.of())) {
            if (record.getType() == type) {
                answer.addRecord(record, Section.ANSWER);
            } else if (record.getType() == Type.CNAME) {
                answer.addRecord(record, Section.ANSWER);
                addRecords(
                        answer,
                        ((org.xbill.DNS.CNAMERecord) record).getTarget().toString(true),
                        type);
            }
        }
    }

    private static Record record(String name, String text) {
        String[] parts = text.split(" ", 2);
        try {
            return Record.fromString(
                    name(name), Type.value(parts[0]), DClass.IN, TTL, parts[1], Name.root);
        } catch (IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static Name name(String text) throws TextParseException {
        return Name.fromString(text, Name.root);
    }
}
